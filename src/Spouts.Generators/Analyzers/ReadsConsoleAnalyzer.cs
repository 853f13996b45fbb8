using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds sources that wait for somebody to type.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ReadsConsoleAnalyzer() : ForbiddenCallAnalyzer(Rules.ReadsConsole)
{
    private protected override bool IsForbidden(IMethodSymbol called) =>
        called.Name is "Read" or "ReadLine" or "ReadKey" or "OpenStandardInput" && called.ContainingType.Is("System.Console");
}
