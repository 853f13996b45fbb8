using System.Text.RegularExpressions;
using Spouts.Build.Manifests;

namespace Spouts.Build.Rendering;

/// <summary>The names of .NET's own container images, each of one exact version.</summary>
internal static class DotnetImages
{
    private const string Registry = "mcr.microsoft.com/dotnet";

    /// <summary>The version whose chiseled images are known, and the Ubuntu that they are cut from.</summary>
    private const string ChiseledVersion = "10.0", ChiseledVariant = "noble-chiseled";

    /// <summary>A version as it is in tags, where previews have no build number.</summary>
    private static readonly Regex Version = new(@"^([0-9]+\.[0-9]+)\.[0-9]+(-[a-z]+\.[0-9]+)?", RegexOptions.CultureInvariant);

    private static readonly string[] Utc = ["UTC", "Etc/UTC"];

    /// <summary>The image with that SDK.</summary>
    public static string Sdk(string version) => $"{Registry}/sdk:{Version.Match(version).Value}";

    /// <summary>The image that runs a program; null if there is none of that version.</summary>
    /// <param name="repository"><c>runtime</c>, <c>aspnet</c> or <c>runtime-deps</c>.</param>
    /// <param name="version">The runtime's version.</param>
    /// <param name="chiseled">Whether it is to be one without a shell and a package manager.</param>
    /// <param name="extra">Whether a chiseled one needs time zones and cultures, which it has in its <c>extra</c> variant only.</param>
    public static string? Runtime(string repository, string version, bool chiseled, bool extra)
    {
        Match match = Version.Match(version);
        string tag = $"{Registry}/{repository}:{match.Value}";
        if (!match.Success || !chiseled)
            return match.Success ? tag : null;
        return match.Groups[1].Value == ChiseledVersion ? $"{tag}-{ChiseledVariant}{(extra ? "-extra" : "")}" : null;
    }

    /// <summary>Whether a spout looks for a time zone on the system: UTC alone is known without.</summary>
    public static bool NeedTimeZones(IEnumerable<ManifestSpout> spouts) =>
        spouts.SelectMany(static spout => spout.Sources).Any(static source => source.TimeZone is { } zone && !Utc.Contains(zone));
}
