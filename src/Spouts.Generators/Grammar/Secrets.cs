using System.Text.RegularExpressions;

namespace Spouts.Generators.Grammar;

/// <summary>Tells secrets by how things are called, and connection strings by what they say.</summary>
internal static class Secrets
{
    private static readonly string[] Words = ["password", "passwd", "secret", "apikey", "accesskey", "credential", "credentials"];

    // A password that is not a placeholder: {0}, <password>, $(Password), %PASSWORD%, ***.
    private static readonly Regex Connection = new(
        @"(?:^|;)\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*[^\s;{<$%*][^;]*|^[a-z][a-z0-9+.-]*://[^/@:\s]*:[^/@\s{<$%*][^/@\s]*@",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    /// <summary>
    /// Whether the name of a parameter, variable or setting is that of a secret: it ends with such a word. A <c>secretName</c> or
    /// a <c>PASSWORD_FILE</c> only says where one is.
    /// </summary>
    public static bool IsName(string name)
    {
        string plain = name.Replace("_", "").Replace("-", "");
        return Words.Any(word => plain.EndsWith(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether a text is a connection string or an address that contains a password.</summary>
    public static bool IsIn(string text) => Connection.IsMatch(text);
}
