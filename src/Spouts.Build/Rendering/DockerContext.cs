namespace Spouts.Build.Rendering;

/// <summary>The folder that an image is built from, and paths as seen from there.</summary>
internal sealed class DockerContext
{
    private readonly string[] _folder;

    private DockerContext(string[] folder) => _folder = folder;

    /// <summary>The deepest folder above all of these files; null if they are on different drives.</summary>
    public static DockerContext? Above(IEnumerable<string> files)
    {
        string[]? common = null;
        foreach (string file in files)
        {
            string[] elements = Elements(file);
            string[] folder = [.. elements.Take(elements.Length - 1)];
            common = common is null ? folder : Start(common, folder);
        }

        return common is { Length: > 0 } ? new(common) : null;
    }

    /// <summary>The folder of that path.</summary>
    public static DockerContext At(string folder) => new(Elements(folder.TrimEnd('/', '\\')));

    /// <summary>A file's path from here, with slashes; null for one outside.</summary>
    public string? Relative(string file)
    {
        string[] elements = Elements(file);
        return elements.Length > _folder.Length && elements.Take(_folder.Length).SequenceEqual(_folder)
            ? string.Join("/", elements.Skip(_folder.Length))
            : null;
    }

    /// <summary>How this folder is called from one of its files' folders: <c>.</c> or a chain of <c>..</c>.</summary>
    public string SeenFrom(string file)
    {
        int depth = Elements(file).Length - 1 - _folder.Length;
        return depth == 0 ? "." : string.Join("/", Enumerable.Repeat("..", depth));
    }

    /// <summary>The elements with which both begin.</summary>
    private static string[] Start(string[] one, string[] other) =>
        [.. one.Zip(other, static (a, b) => (a, b)).TakeWhile(static pair => pair.a == pair.b).Select(static pair => pair.a)];

    private static string[] Elements(string path) => Path.GetFullPath(path).Replace('\\', '/').Split('/');
}
