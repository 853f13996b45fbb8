using System.Text.Json;

namespace Spouts.Local.Store;

/// <summary>
/// Keeps two processes from opening one store. The lock goes with the process, however it dies; who holds it is written
/// beside it.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private const string LockFile = "pachd.lock";
    private const string HolderFile = "pachd.json";
    private readonly FileStream _stream;
    private readonly string _holder;

    private StoreLock(FileStream stream, string holder)
    {
        _stream = stream;
        _holder = holder;
    }

    /// <exception cref="StoreInUseException">Another process has it.</exception>
    public static StoreLock Take(string directory)
    {
        Directory.CreateDirectory(directory);
        string holder = Path.Combine(directory, HolderFile);
        try
        {
            return new StoreLock(new FileStream(Path.Combine(directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), holder);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new StoreInUseException(directory, Describe(holder));
        }
    }

    /// <summary>Tells others who holds the store and where it listens.</summary>
    public void Announce(string address)
    {
        File.WriteAllText(_holder + ".tmp", JsonSerializer.Serialize(new Holder(address, Environment.ProcessId), JsonSerializerOptions.Web));
        File.Move(_holder + ".tmp", _holder, overwrite: true);
    }

    /// <summary>Where the process listens that has the store open; null: there is none, or it is just starting.</summary>
    public static string? AddressOfHolder(string directory)
    {
        if (!File.Exists(Path.Combine(directory, LockFile)))
            return null;
        try
        {
            Take(directory).Dispose();
            return null;
        }
        catch (StoreInUseException)
        {
            return ReadHolder(Path.Combine(directory, HolderFile))?.Address;
        }
    }

    public void Dispose() => _stream.Dispose();

    private static string Describe(string holder)
        // It may hold the lock and not have announced itself yet.
        => ReadHolder(holder) is { } known ? $"process {known.Pid} at {known.Address}" : "a process that is just starting";

    private static Holder? ReadHolder(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Holder>(File.ReadAllText(path), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private sealed record Holder(string Address, int Pid);
}
