using System.Diagnostics;

namespace Spouts.Chaos.Processes;

/// <summary>A disk of its own, in memory, that can be filled to the last byte: a tmpfs, which only root may mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Size = "512m";

    private readonly DirectoryInfo _folder;

    private SmallDisk(DirectoryInfo folder) => _folder = folder;

    public string Folder => _folder.FullName;

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Whether this machine lets us.</summary>
    public static bool CanMount
    {
        get
        {
            using SmallDisk? disk = TryMount();
            return disk is not null;
        }
    }

    /// <summary>Mounts one; null where this machine does not let us.</summary>
    public static SmallDisk? TryMount()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("spouts-disk-");
        if (Run("mount", "-t", "tmpfs", "-o", $"size={Size}", "tmpfs", folder.FullName))
            return new(folder);
        folder.Delete();
        return null;
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        byte[] block = new byte[1024 * 1024];
        try
        {
            using FileStream ballast = new(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true)
            {
                ballast.Write(block);
                ballast.Flush();
            }
        }
        catch (IOException)
        {
            // That is the last byte. Whoever frees a page meanwhile may use it again, as on any disk.
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        if (!Run("umount", Folder))
            throw new InvalidOperationException($"{Folder} could not be unmounted: some process still uses it.");
        _folder.Delete(recursive: true);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
