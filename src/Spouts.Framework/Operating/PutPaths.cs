using Spouts.Commands;

namespace Spouts.Operating;

/// <summary>Where <c>pachctl put file</c> puts what.</summary>
internal static class PutPaths
{
    public const string Stdin = "-";

    /// <summary>The path that was asked for. pachctl's <c>repo@branch:path</c> may stand there as well, if it is the spout's own.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="SpoutConfigurationException">It is another repo's.</exception>
    public static string? Target(string? target, string repo, string branch)
    {
        string[] parts = target?.Split(':', 2) ?? [];
        if (parts is not [var place, ..] || !place.Contains('@', StringComparison.Ordinal))
            return target;
        return place == $"{repo}@{branch}"
            ? parts.ElementAtOrDefault(1)
            : throw new SpoutConfigurationException($"A spout can put files into {repo}@{branch} only, not into {place}. Leave the repo out.");
    }

    /// <summary>The path of a source in the repo; for a folder, of what is below it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="target">The path that was asked for; null for none.</param>
    /// <param name="count">How many sources there are.</param>
    /// <param name="options">What was asked for.</param>
    /// <exception cref="SpoutConfigurationException">Standard input has no name.</exception>
    public static string Destination(string source, string? target, int count, PutFileOptions options)
    {
        string name = options.IsFullPath ? source : Base(source);
        if (target is not { Length: > 0 })
        {
            return source == Stdin
                ? throw new SpoutConfigurationException("What comes from standard input has no name: say which path it gets, as in: put file -f - /day/1.csv")
                : Join("", name);
        }

        bool isPrefix = count > 1 || (options.IsRecursive ? options.IsFullPath : target.EndsWith('/'));
        return isPrefix ? Join(target, name) : Clean(target);
    }

    public static bool IsUrl(string source) => source.Contains("://", StringComparison.Ordinal);

    /// <summary>A path below another, without what goes nowhere: <c>//</c>, <c>.</c> and <c>..</c>.</summary>
    public static string Join(string prefix, string path) => Clean($"{prefix}/{(IsUrl(path) ? new Uri(path).AbsolutePath : path)}");

    private static string Clean(string path)
    {
        Stack<string> elements = new();
        foreach (string element in path.Split('/'))
        {
            if (element == "..")
                elements.TryPop(out _);
            else if (element is not ("" or "."))
                elements.Push(element);
        }

        return string.Concat("/", string.Join('/', elements.Reverse()));
    }

    private static string Base(string source)
    {
        string trimmed = source.TrimEnd('/');
        return trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }
}
