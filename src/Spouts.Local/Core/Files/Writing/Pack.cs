using System.Buffers;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Gathers the bytes of a stream into chunks of up to 2 MiB. Small files share a chunk; a part never crosses a 2 MiB block
/// of its file, and a large file's blocks are chunks of their own. While one chunk is hashed and written, the next one is
/// gathered. Buffers start small and grow, so that many idle streams cost little.
/// </summary>
internal sealed class Pack(ChunkStore chunks) : IAsyncDisposable
{
    private const int FirstSize = 16 * 1024;
    private readonly List<Hash> _written = [];
    private List<Run> _runs = [];
    private byte[] _buffer = [];
    private int _filled;

    // The chunk being written, and the buffer it is in: nobody else touches that one, nor the parts of any file, meanwhile.
    private Task _writing = Task.CompletedTask;
    private byte[] _other = [];

    /// <summary>Chunks written, and pinned, since <see cref="Forget"/>; to be looked at after <see cref="FlushAsync"/>.</summary>
    public IReadOnlyList<Hash> Written => _written;

    /// <param name="data">Whole blocks of it are written from where they are: they must not change before the next flush.</param>
    public async ValueTask AppendAsync(PendingFile file, ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
        {
            int room = (int)(ChunkStore.BlockSize - (file.Length % ChunkStore.BlockSize));
            if (room == ChunkStore.BlockSize && data.Length >= room && !Continues(file))
            {
                // Bytes of this file that still wait in the buffer come first.
                if (_runs.Any(run => run.File == file))
                    await HandOverAsync(_filled, _runs.Count);
                await WriteAsync(data[..room], [new Run(file, 0, room, true)]);
                file.Length += room;
                data = data[room..];
                continue;
            }

            int take = Math.Min(data.Length, room);
            if (_filled + take > ChunkStore.BlockSize)
                await MakeSpaceAsync(file);
            take = Math.Min(take, ChunkStore.BlockSize - _filled);
            Copy(file, data.Span[..take]);
            data = data[take..];
            if (_filled == ChunkStore.BlockSize)
                await HandOverAsync(_filled, _runs.Count);
            else if (file.Length % ChunkStore.BlockSize == 0)
                _runs[^1] = _runs[^1] with { Ended = true };
        }
    }

    /// <summary>Writes out what is left, and waits until all is written.</summary>
    public async Task FlushAsync()
    {
        if (_filled > 0)
            await HandOverAsync(_filled, _runs.Count);
        await _writing;
    }

    /// <summary>The chunks written so far are named by rows now.</summary>
    public void Forget()
    {
        chunks.Unpin(_written);
        _written.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever disposes without a flush has failed already; only the buffer has to be free.
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        chunks.Abandon(_written);
        Return(_buffer);
        Return(_other);
    }

    private bool Continues(PendingFile file) => _runs.Count > 0 && _runs[^1] is { Ended: false } run && run.File == file;

    // The file's own last run stays, so that a block is not cut in two, unless it is all there is.
    private async Task MakeSpaceAsync(PendingFile file)
    {
        if (!Continues(file))
            await HandOverAsync(_filled, _runs.Count);
        else if (_runs[^1].Offset > 0)
            await HandOverAsync(_runs[^1].Offset, _runs.Count - 1);
    }

    private void Copy(PendingFile file, ReadOnlySpan<byte> data)
    {
        Reserve(_filled + data.Length);
        if (!Continues(file))
            _runs.Add(new Run(file, _filled, 0, false));
        data.CopyTo(_buffer.AsSpan(_filled));
        _filled += data.Length;
        file.Length += data.Length;
        _runs[^1] = _runs[^1] with { Length = _runs[^1].Length + data.Length };
    }

    private void Reserve(int size)
    {
        if (size <= _buffer.Length)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Clamp(_buffer.Length * 2, Math.Max(size, FirstSize), ChunkStore.BlockSize));
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        Return(_buffer);
        _buffer = larger;
    }

    // Gives the first bytes of the buffer, and the runs in them, to the writer, and goes on in the other buffer with the rest.
    private async Task HandOverAsync(int length, int runs)
    {
        await _writing;
        (byte[] full, int filled, List<Run> all) = (_buffer, _filled, _runs);
        (_buffer, _other) = (_other, full);
        _filled = 0;
        Reserve(filled - length);
        full.AsSpan(length, filled - length).CopyTo(_buffer);
        _filled = filled - length;
        _runs = [.. all.Skip(runs).Select(run => run with { Offset = run.Offset - length })];
        all.RemoveRange(runs, all.Count - runs);
        await WriteAsync(full.AsMemory(0, length), all);
    }

    // One at a time: the parts of a file have to come in its order.
    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, List<Run> runs)
    {
        await _writing;
        _writing = Task.Run(() => Write(bytes.Span, runs));
    }

    private void Write(ReadOnlySpan<byte> bytes, List<Run> runs)
    {
        Hash chunk = chunks.Put(bytes);
        _written.Add(chunk);
        foreach (Run run in runs)
        {
            Hash content = run.Length == bytes.Length ? chunk : Hash.Of(bytes.Slice(run.Offset, run.Length));
            run.File.Parts.Add(new Part(chunk, run.Offset, run.Length, content));
            run.File.Size += run.Length;
        }
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private readonly record struct Run(PendingFile File, int Offset, int Length, bool Ended);
}
