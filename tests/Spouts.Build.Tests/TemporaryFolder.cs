namespace Spouts.Build.Tests;

/// <summary>A folder of a test, gone after it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("spouts-build-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The text of a file.</summary>
    public string Read(string name) => System.IO.File.ReadAllText(File(name));

    /// <summary>The files below a folder, with slashes, in ordinal order.</summary>
    public string[] Files(string folder = ".")
    {
        string root = File(folder);
        return Directory.Exists(root)
            ? [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(file => System.IO.Path.GetRelativePath(root, file).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>When each file was last written.</summary>
    public Dictionary<string, DateTime> Written() => Files().ToDictionary(static file => file, file => System.IO.File.GetLastWriteTimeUtc(File(file)));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
