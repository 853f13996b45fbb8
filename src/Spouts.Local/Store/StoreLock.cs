using System.Text.Json;

namespace Spouts.Local.Store;

/// <summary>
/// Keeps two processes from opening one store. The lock goes with the process, however it dies; who holds it is written
/// beside it.
/// </summary>
internal sealed class StoreLock : IDisposable
{
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
        string holder = Path.Combine(directory, "pachd.json");
        try
        {
            return new StoreLock(new FileStream(Path.Combine(directory, "pachd.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), holder);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new StoreInUseException(directory, Describe(holder));
        }
    }

    /// <summary>Tells others who holds the store and where it listens.</summary>
    public void Announce(string address)
    {
        File.WriteAllText(_holder + ".tmp", JsonSerializer.Serialize(new { address, pid = Environment.ProcessId }));
        File.Move(_holder + ".tmp", _holder, overwrite: true);
    }

    public void Dispose() => _stream.Dispose();

    private static string Describe(string holder)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(holder));
            return $"process {document.RootElement.GetProperty("pid")} at {document.RootElement.GetProperty("address")}";
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException)
        {
            // It holds the lock but has not announced itself yet.
            return "a process that is just starting";
        }
    }
}
