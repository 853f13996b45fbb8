using System.Text.RegularExpressions;

namespace Spouts.Generators.Grammar;

/// <summary>Kubernetes' rules for what is called what (<c>k8s.io/apimachinery/pkg/util/validation</c>).</summary>
internal static class KubernetesNames
{
    private const int LongestLabel = 63;
    private const int LongestSubdomain = 253;

    private static readonly Regex Label = new(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.CultureInvariant);
    private static readonly Regex Subdomain = new(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant);
    private static readonly Regex Qualified = new(@"^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?\z", RegexOptions.CultureInvariant);
    private static readonly Regex SecretKey = new(@"^[A-Za-z0-9_.-]+\z", RegexOptions.CultureInvariant);
    private static readonly Regex Variable = new(@"^[A-Za-z_.-][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant);

    /// <summary>The name of a secret.</summary>
    public static bool IsSubdomain(string name) => name.Length <= LongestSubdomain && Subdomain.IsMatch(name);

    /// <summary>The name of a volume.</summary>
    public static bool IsLabel(string name) => name.Length <= LongestLabel && Label.IsMatch(name);

    /// <summary>The key of a label or an annotation: a name, maybe with a domain before it.</summary>
    public static bool IsMetadataKey(string key)
    {
        int slash = key.IndexOf('/');
        return IsQualified(key.Substring(slash + 1)) && (slash < 0 || IsSubdomain(key.Substring(0, slash)));
    }

    public static bool IsLabelValue(string value) => value.Length == 0 || IsQualified(value);

    public static bool IsSecretKey(string key) =>
        key.Length <= LongestSubdomain && SecretKey.IsMatch(key) && key is not "." && !key.StartsWith("..", StringComparison.Ordinal);

    /// <summary>The name of an environment variable.</summary>
    public static bool IsVariable(string name) =>
        Variable.IsMatch(name) && name is not "." && !name.StartsWith("..", StringComparison.Ordinal);

    private static bool IsQualified(string name) => name.Length <= LongestLabel && Qualified.IsMatch(name);
}
