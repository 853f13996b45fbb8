namespace Spouts.Build.Rendering;

/// <summary>Finds what a restore reads besides the projects, where MSBuild and NuGet look for it: in the folders above them.</summary>
internal static class RestoreInputs
{
    private static readonly string[] Imported = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];
    private static readonly string[] Ambient = ["global.json", "nuget.config", "NuGet.config", "NuGet.Config"];

    /// <summary>
    /// The files that a project imports from above: the nearest of each name, and as long as such a file has imports of its
    /// own, the next one above it, which that is likely to be.
    /// </summary>
    public static IEnumerable<string> ImportedBy(string project)
    {
        foreach (string name in Imported)
        {
            string? file = Above(project, name).FirstOrDefault();
            while (file is not null)
            {
                yield return file;
                file = File.ReadAllText(file).Contains("<Import ") ? Above(Path.GetDirectoryName(file)!, name).FirstOrDefault() : null;
            }
        }
    }

    /// <summary>The files above a project that hold without being imported; most machines have more of them than the project needs.</summary>
    public static IEnumerable<string> AmbientTo(string project) => Ambient
        .SelectMany(name => Above(project, name))
        .GroupBy(static file => file, StringComparer.OrdinalIgnoreCase)
        .Select(static spellings => spellings.First());

    /// <summary>The files of that name in the folders above a path, the nearest first.</summary>
    private static IEnumerable<string> Above(string path, string name)
    {
        for (string? folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string file = Path.Combine(folder, name);
            if (File.Exists(file))
                yield return file;
        }
    }
}
