using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Spouts.Local.Store;

/// <summary>
/// Content-addressed blocks of up to 2 MiB, <c>chunks/ab/&lt;sha256&gt;</c>. A chunk is written under a temporary name and
/// renamed before any row refers to it.
/// </summary>
internal sealed class ChunkStore
{
    /// <summary>Blocks of a file begin at multiples of this; no chunk is larger.</summary>
    public const int BlockSize = 2 * 1024 * 1024;

    private const int KeptOpen = 64;
    private readonly string _root;
    private readonly string _temporary;
    private readonly Lock _pinning = new();
    private readonly Dictionary<Hash, int> _pins = [];
    private readonly ConcurrentDictionary<Hash, SafeFileHandle> _open = new();
    private bool _abandoned;

    public ChunkStore(string directory)
    {
        _root = Path.Combine(directory, "chunks");
        _temporary = Path.Combine(_root, "tmp");
        if (Directory.Exists(_temporary))
            Directory.Delete(_temporary, recursive: true);
        Directory.CreateDirectory(_temporary);
    }

    /// <summary>
    /// Stores a block and pins it: it outlives every collection until <see cref="Unpin"/>, although no row names it yet.
    /// </summary>
    public Hash Put(ReadOnlySpan<byte> data)
    {
        Hash hash = Hash.Of(data);
        Pin(hash);
        string path = PathOf(hash);
        if (!File.Exists(path))
        {
            try
            {
                Write(path, data);
            }
            catch
            {
                Unpin([hash]);
                throw;
            }
        }

        return hash;
    }

    /// <summary>Keeps a chunk that some layer names now, although that layer may go.</summary>
    public void Pin(Hash chunk)
    {
        lock (_pinning)
            _pins[chunk] = _pins.GetValueOrDefault(chunk) + 1;
    }

    public void Unpin(IEnumerable<Hash> chunks)
    {
        lock (_pinning)
        {
            foreach (Hash chunk in chunks)
            {
                if (_pins[chunk] == 1)
                    _pins.Remove(chunk);
                else
                    _pins[chunk]--;
            }
        }
    }

    /// <summary>Unpins chunks that their writer has put here and nobody may ever name.</summary>
    public void Abandon(IReadOnlyCollection<Hash> chunks)
    {
        if (chunks.Count > 0)
            _abandoned = true;
        Unpin(chunks);
    }

    /// <summary>Whether chunks were abandoned since the last time this was asked.</summary>
    public bool TakeAbandoned() => Interlocked.Exchange(ref _abandoned, false);

    /// <summary>Reads a whole part's worth of bytes.</summary>
    public void Read(Hash chunk, int offset, Span<byte> target)
    {
        // A handle may be closed by another reader that trims the cache; it is then simply opened again.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                SafeFileHandle handle = _open.GetOrAdd(chunk, static (c, self) => File.OpenHandle(self.PathOf(c)), this);
                int read = 0;
                while (read < target.Length)
                {
                    int n = RandomAccess.Read(handle, target[read..], offset + read);
                    if (n == 0)
                        throw new InvalidDataException($"Chunk {chunk} ends before {offset + target.Length}.");
                    read += n;
                }

                break;
            }
            catch (ObjectDisposedException) when (attempt < 8)
            {
                _open.TryRemove(chunk, out _);
            }
        }

        if (_open.Count > KeptOpen)
            Trim();
    }

    /// <summary>Deletes a chunk that no layer names, unless a writer holds it.</summary>
    public bool Delete(Hash chunk)
    {
        lock (_pinning)
        {
            if (_pins.ContainsKey(chunk))
                return false;
            if (_open.TryRemove(chunk, out SafeFileHandle? handle))
                handle.Dispose();
            File.Delete(PathOf(chunk));
            return true;
        }
    }

    /// <summary>Every chunk on disk.</summary>
    public IEnumerable<Hash> All()
        => from folder in Directory.EnumerateDirectories(_root)
           where folder != _temporary
           from file in Directory.EnumerateFiles(folder)
           select Hash.From(Convert.FromHexString(Path.GetFileName(file)));

    /// <summary>Where a chunk is, or would be.</summary>
    public string PathOf(Hash chunk)
    {
        string name = chunk.ToString();
        return Path.Combine(_root, name[..2], name);
    }

    private void Write(string path, ReadOnlySpan<byte> data)
    {
        string temporary = Path.Combine(_temporary, Guid.NewGuid().ToString("N"));
        try
        {
            using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
                RandomAccess.Write(file, data, 0);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            // On a full disk the half of a chunk would only take more of it.
            File.Delete(temporary);
            throw;
        }
    }

    private void Trim()
    {
        foreach (Hash chunk in _open.Keys.Take(KeptOpen / 2))
        {
            if (_open.TryRemove(chunk, out SafeFileHandle? handle))
                handle.Dispose();
        }
    }
}
