using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds sources that end the process.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EndsProcessAnalyzer() : ForbiddenCallAnalyzer(Rules.EndsProcess)
{
    private protected override bool IsForbidden(IMethodSymbol called) =>
        called.Name is "Exit" or "FailFast" && called.ContainingType.Is("System.Environment");
}
