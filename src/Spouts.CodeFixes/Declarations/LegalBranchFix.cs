using System.Composition;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Spouts.CodeFixes.Declarations;

/// <summary>Replaces the characters that SPOUT003 finds in the name of a branch by dashes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class LegalBranchFix() : TextFix("SPOUT003", "Make it a legal branch")
{
    private protected override string Mended(string text) => Regex.Replace(text, "[^a-zA-Z0-9_-]+", "-").Trim('-');
}
