namespace Spouts.Generators.Diagnostics;

/// <summary>The links from diagnostics to their pages, which are in the package, beside the generator.</summary>
internal static class HelpLinks
{
    private const string PlaceInPackage = "/analyzers/dotnet/cs/";

    private static readonly string Here = typeof(HelpLinks).Assembly.Location;

    /// <summary>The page of a diagnostic.</summary>
    public static string To(string id) => To(id, Here);

    /// <summary>The page of a diagnostic for a generator that was loaded from there; nothing where that is no package.</summary>
    public static string To(string id, string generator) =>
        Uri.TryCreate(generator, UriKind.Absolute, out Uri? place) && place.AbsolutePath.Contains(PlaceInPackage)
            ? new Uri(place, $"../../../docs/diagnostics/{id}.md").AbsoluteUri
            : "";
}
