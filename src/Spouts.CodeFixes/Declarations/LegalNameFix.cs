using System.Composition;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Spouts.CodeFixes.Declarations;

/// <summary>Writes the name of a spout that SPOUT001 finds in lower case and with dashes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class LegalNameFix() : TextFix("SPOUT001", "Make it a legal name")
{
    private const int Longest = 51;

    private protected override string Mended(string text)
    {
        string name = Regex.Replace(Regex.Replace(text, "(?<=[a-z0-9])(?=[A-Z])", "-").ToLowerInvariant(), "[^a-z0-9]+", "-").Trim('-');
        return name.Length <= Longest ? name : name.Substring(0, Longest).TrimEnd('-');
    }
}
