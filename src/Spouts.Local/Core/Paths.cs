namespace Spouts.Local.Core;

/// <summary>Pachyderm's rules for the paths of files.</summary>
internal static class Paths
{
    private static readonly System.Buffers.SearchValues<char> s_globbing = System.Buffers.SearchValues.Create("*?[]{}!()@+^");

    /// <summary>Checks a path that is about to be written.</summary>
    public static void CheckWritten(string path)
    {
        if (path.Length == 0 || path.Any(c => c is < ' ' or > '~'))
            throw new PachException($"path ({path}) invalid: only printable ASCII characters allowed");
        int glob = path.AsSpan().IndexOfAny(s_globbing);
        if (glob >= 0)
            throw new PachException($"path ({path}) invalid: globbing character ({path[glob]}) not allowed in path");
        if (path.Split('/').Any(element => element is "." or ".."))
            throw new PachException($"path ({path}) invalid: relative file paths are not allowed");
    }

    /// <summary>
    /// With a leading slash, without doubled or trailing ones, <c>.</c> and <c>..</c> resolved; the root is <c>/</c>. Of a path
    /// without a leading slash, a <c>..</c> that leads out of it stays, as in the real server.
    /// </summary>
    public static string Clean(string path)
    {
        List<string> elements = [];
        foreach (string element in path.Split('/'))
        {
            if (element is "" or ".")
                continue;
            if (element is "..")
            {
                if (elements.Count > 0 && elements[^1] != "..")
                    elements.RemoveAt(elements.Count - 1);
                else if (!path.StartsWith('/'))
                    elements.Add(element);
                continue;
            }

            elements.Add(element);
        }

        return "/" + string.Join('/', elements);
    }

    /// <summary>The path as a directory: with a trailing slash.</summary>
    public static string AsDirectory(string path)
    {
        string clean = Clean(path);
        return clean == "/" ? clean : clean + "/";
    }

    public static bool IsDirectory(string path) => path.EndsWith('/');

    /// <summary>The directory that holds <paramref name="path"/>, with its trailing slash; the root holds itself.</summary>
    public static string Parent(string path)
    {
        string trimmed = path.TrimEnd('/');
        return trimmed[..(trimmed.LastIndexOf('/') + 1)] is { Length: > 0 } parent ? parent : "/";
    }
}
