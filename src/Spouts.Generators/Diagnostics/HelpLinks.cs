namespace Spouts.Generators.Diagnostics;

/// <summary>The links from diagnostics to their pages, which are in the package.</summary>
internal static class HelpLinks
{
    private static readonly string[] FoldersOfPackage = ["/analyzers/dotnet/cs/", "/lib/net"];

    private static readonly string Here = typeof(HelpLinks).Assembly.Location;

    /// <summary>The page of a diagnostic. The compiler's server loads the generator from memory, where all it can name is the file in the package.</summary>
    public static string To(string id) => To(id, Here);

    /// <summary>The page of a diagnostic in the package that a file belongs to.</summary>
    public static string To(string id, string file)
    {
        string page = $"docs/diagnostics/{id}.md";
        if (!Uri.TryCreate(file, UriKind.Absolute, out Uri? place))
            return page;
        int end = FoldersOfPackage.Max(folder => place.AbsoluteUri.LastIndexOf(folder, StringComparison.Ordinal));
        return end < 0 ? page : $"{place.AbsoluteUri.Substring(0, end)}/{page}";
    }
}
