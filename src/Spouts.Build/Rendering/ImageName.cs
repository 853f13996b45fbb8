using System.Text.RegularExpressions;

namespace Spouts.Build.Rendering;

/// <summary>The name of the container image that the specs refer to.</summary>
internal static class ImageName
{
    private const int LongestTag = 128;

    /// <summary>An optional registry, path components, an optional tag and an optional digest, as the OCI distribution has them.</summary>
    private static readonly Regex Reference = new(
        @"^((?<registry>[a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]+)?)/)?(?<repository>[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*)"
        + @"(:(?<tag>[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}))?(@sha256:[0-9a-f]{64})?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    public static bool IsLegal(string image) => Reference.IsMatch(image);

    /// <summary>The parts of a legal name; empty where it has none. Before the first slash is a registry only if it looks like a host.</summary>
    public static (string Registry, string Repository, string Tag) Split(string image)
    {
        GroupCollection parts = Reference.Match(image).Groups;
        string first = parts["registry"].Value, repository = parts["repository"].Value;
        bool isHost = first == "localhost" || first.Contains('.') || first.Contains(':');
        return (isHost ? first : "", isHost || first.Length == 0 ? repository : $"{first}/{repository}", parts["tag"].Value);
    }

    /// <summary>
    /// The image as the project names it: whole, or as a repository with its tag; else after the assembly, whose name is
    /// brought into the form that registries ask for.
    /// </summary>
    public static string Choose(string image, string registry, string repository, string tag, string assemblyName, string version)
    {
        if (image.Length > 0)
            return image;
        string name = repository.Length > 0 ? repository : Repository(assemblyName);
        string prefix = repository.Length > 0 && registry.Length > 0 ? registry + "/" : "";
        return $"{prefix}{name}:{(tag.Length > 0 ? tag : Tag(version))}";
    }

    /// <summary>A legal name with another tag; a digest, which would name one image only, goes.</summary>
    public static string WithTag(string image, string tag)
    {
        (string registry, string repository, _) = Split(image);
        return $"{(registry.Length > 0 ? registry + "/" : "")}{repository}:{tag}";
    }

    /// <summary>A legal name whose tag goes on with that text, and is cut before it where it would be too long.</summary>
    public static string WithSuffix(string image, string suffix)
    {
        string tag = Split(image).Tag;
        int most = LongestTag - suffix.Length - 1;
        return WithTag(image, $"{(tag.Length > most ? tag.Substring(0, most) : tag)}-{suffix}");
    }

    private static string Repository(string assemblyName)
    {
        string dashed = Regex.Replace(assemblyName.ToLowerInvariant(), "[^a-z0-9.]+", "-");
        string single = Regex.Replace(dashed, "[.-]{2,}", "-").Trim('.', '-');
        return single.Length > 0 ? single : "spouts";
    }

    private static string Tag(string version)
    {
        string legal = Regex.Replace(version, "[^a-zA-Z0-9_.-]", "-").TrimStart('.', '-');
        return legal.Length == 0 ? "1.0.0" : legal.Length > LongestTag ? legal.Substring(0, LongestTag) : legal;
    }
}
