using System.Buffers;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Gathers the bytes of a stream into chunks of up to 2 MiB. Small files share a chunk; a part never crosses a 2 MiB block
/// of its file, and a large file's blocks are chunks of their own. The buffer starts small and grows, so that many idle
/// streams cost little.
/// </summary>
internal sealed class Pack(ChunkStore chunks) : IDisposable
{
    private const int FirstSize = 16 * 1024;
    private readonly List<Run> _runs = [];
    private readonly List<Hash> _written = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _filled;

    /// <summary>Chunks written, and pinned, since <see cref="Forget"/>.</summary>
    public IReadOnlyList<Hash> Written => _written;

    public void Append(PendingFile file, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            int room = (int)(ChunkStore.BlockSize - (file.Length % ChunkStore.BlockSize));
            if (room == ChunkStore.BlockSize && data.Length >= room && !Continues(file))
            {
                Hash whole = chunks.Put(data[..room]);
                _written.Add(whole);
                // Bytes of this file that still wait in the buffer come first.
                FlushIfHolding(file);
                Add(file, new Part(whole, 0, room, whole));
                file.Length += room;
                data = data[room..];
                continue;
            }

            int take = Math.Min(data.Length, room);
            if (_filled + take > ChunkStore.BlockSize && !MakeSpace(file))
                take = Math.Min(take, ChunkStore.BlockSize - _filled);
            if (take == 0)
                continue;
            Copy(file, data[..take]);
            data = data[take..];
            if (file.Length % ChunkStore.BlockSize == 0)
                EndRun();
        }
    }

    /// <summary>Writes out what is left.</summary>
    public void Flush()
    {
        Write(_filled, _runs.Count);
        _filled = 0;
        _runs.Clear();
    }

    /// <summary>The chunks written so far are named by rows now.</summary>
    public void Forget()
    {
        chunks.Unpin(_written);
        _written.Clear();
    }

    public void Dispose()
    {
        Forget();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool Continues(PendingFile file) => _runs.Count > 0 && _runs[^1] is { Ended: false } run && run.File == file;

    private void FlushIfHolding(PendingFile file)
    {
        if (_runs.Any(run => run.File == file))
            Flush();
    }

    // Writes what stands before the file's own last run and moves that to the front; false: only that run is there.
    private bool MakeSpace(PendingFile file)
    {
        if (!Continues(file))
        {
            Flush();
            return true;
        }

        Run own = _runs[^1];
        if (own.Offset == 0)
        {
            if (_filled == ChunkStore.BlockSize)
                Flush();
            return false;
        }

        Write(own.Offset, _runs.Count - 1);
        _buffer.AsSpan(own.Offset, own.Length).CopyTo(_buffer);
        _filled = own.Length;
        _runs.Clear();
        _runs.Add(own with { Offset = 0 });
        return true;
    }

    private void Copy(PendingFile file, ReadOnlySpan<byte> data)
    {
        if (_filled + data.Length > _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(Math.Max(_filled + data.Length, _buffer.Length * 2), ChunkStore.BlockSize));
            _buffer.AsSpan(0, _filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        if (!Continues(file))
            _runs.Add(new Run(file, _filled, 0, false));
        data.CopyTo(_buffer.AsSpan(_filled));
        _filled += data.Length;
        file.Length += data.Length;
        _runs[^1] = _runs[^1] with { Length = _runs[^1].Length + data.Length };
    }

    private void EndRun()
    {
        if (_filled == ChunkStore.BlockSize)
            Flush();
        else
            _runs[^1] = _runs[^1] with { Ended = true };
    }

    private void Write(int length, int runs)
    {
        if (length == 0)
            return;
        Hash chunk = chunks.Put(_buffer.AsSpan(0, length));
        _written.Add(chunk);
        for (int i = 0; i < runs; i++)
        {
            Run run = _runs[i];
            Hash content = run.Length == length ? chunk : Hash.Of(_buffer.AsSpan(run.Offset, run.Length));
            Add(run.File, new Part(chunk, run.Offset, run.Length, content));
        }
    }

    private static void Add(PendingFile file, Part part)
    {
        file.Parts.Add(part);
        file.Size += part.Length;
    }

    private readonly record struct Run(PendingFile File, int Offset, int Length, bool Ended);
}
