using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Tests.Roslyns;

/// <summary>What came of a program, as text: what two versions of Roslyn, whose types are not the same, can be compared by.</summary>
internal static class Description
{
    public static string RoslynVersion() => typeof(Compilation).Assembly.GetName().Version!.ToString(3);

    /// <summary>The generated files, and what the generator, the analyzers and the compiler have to say.</summary>
    public static string Of(string source)
    {
        Outcome outcome = Compiled.Run(source);
        return string.Join("\n", [outcome.Generated, .. outcome.Reported.Concat(outcome.Complaints).Select(Line).Order(StringComparer.Ordinal)]);
    }

    private static string Line(Diagnostic said) =>
        FormattableString.Invariant($"{said.Location.GetLineSpan()} {said.Severity} {said.Id}: {said.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
}
