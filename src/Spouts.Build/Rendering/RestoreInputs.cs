using System.Xml;
using System.Xml.Linq;

namespace Spouts.Build.Rendering;

/// <summary>Finds what a restore reads besides the projects, where MSBuild and NuGet look for it: beside them and in the folders above.</summary>
internal static class RestoreInputs
{
    private static readonly string[] Imported = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];
    private static readonly string[] NuGetConfig = ["nuget.config", "NuGet.config", "NuGet.Config"];
    private static readonly string[] Solutions = ["*.sln", "*.slnx"];
    private static readonly string[] PublicFeeds = ["api.nuget.org", "www.nuget.org"];

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

    /// <summary>The versions that a restore of the project is held to, where it keeps them: beside it, under one of two names.</summary>
    public static IEnumerable<string> LockedBy(string project) =>
        new[] { "packages.lock.json", $"packages.{Path.GetFileNameWithoutExtension(project).Replace(' ', '_')}.lock.json" }
            .Select(name => Path.Combine(Path.GetDirectoryName(project)!, name))
            .Where(File.Exists);

    /// <summary>The files above a project that hold without being imported: the SDK's version, and where packages come from.</summary>
    public static IEnumerable<string> AmbientTo(string project) => NuGetConfig
        .SelectMany(name => Above(project, name))
        .GroupBy(static file => file, StringComparer.OrdinalIgnoreCase)
        .Select(static spellings => spellings.First())
        .Concat(Above(project, "global.json").Take(1));

    /// <summary>The folder that is kept under version control with the project, or has its solution; null where there is neither.</summary>
    public static string? RootOf(string project) =>
        FoldersAbove(project).FirstOrDefault(static folder => Directory.Exists(Path.Combine(folder, ".git")) || File.Exists(Path.Combine(folder, ".git")))
        ?? FoldersAbove(project).FirstOrDefault(static folder => Directory.Exists(folder) && Solutions.Any(pattern => Directory.EnumerateFiles(folder, pattern).Any()));

    /// <summary>Where packages come from, as the files named so say: whole paths of folders, and addresses.</summary>
    public static IEnumerable<string> FeedsOf(IEnumerable<string> files) => files
        .Where(static file => NuGetConfig.Contains(Path.GetFileName(file)))
        .SelectMany(static file => Sources(file).Select(source => IsAddress(source) ? source : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, source))))
        .Distinct(StringComparer.Ordinal);

    /// <summary>Whether it is an address, and not a folder.</summary>
    public static bool IsAddress(string feed) => feed.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || feed.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a feed may ask who reads it.</summary>
    public static bool MayBePrivate(string feed) => IsAddress(feed) && !(Uri.TryCreate(feed, UriKind.Absolute, out Uri? address) && PublicFeeds.Contains(address.Host));

    private static IEnumerable<string> Sources(string file)
    {
        try
        {
            return [.. XDocument.Load(file).Root.Elements("packageSources").Elements("add").Attributes("value")
                .Select(static value => value.Value.Replace('\\', '/'))
                .Where(static source => source.Length > 0 && !source.Contains('%'))];
        }
        catch (XmlException wrong)
        {
            throw new BuildError(ErrorCodes.FileFailed, file, $"This is no XML ({wrong.Message}): mend it, as the restore cannot read it either.", wrong);
        }
    }

    /// <summary>The files of that name in the folders above a path, the nearest first.</summary>
    private static IEnumerable<string> Above(string path, string name)
    {
        foreach (string folder in FoldersAbove(path))
        {
            string file = Path.Combine(folder, name);
            if (File.Exists(file))
                yield return file;
        }
    }

    private static IEnumerable<string> FoldersAbove(string path)
    {
        for (string? folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
            yield return folder;
    }
}
