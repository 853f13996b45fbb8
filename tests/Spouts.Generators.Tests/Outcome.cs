using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Tests;

/// <summary>What came of a program.</summary>
/// <param name="Whole">The program together with the generated code.</param>
/// <param name="Result">What the generator made.</param>
/// <param name="Reported">The diagnostics of the generator and the analyzers.</param>
internal sealed record Outcome(Compilation Whole, GeneratorRunResult Result, ImmutableArray<Diagnostic> Reported)
{
    /// <summary>All generated files, in ordinal order of their names.</summary>
    public string Generated => string.Join("\n", Result.GeneratedSources
        .OrderBy(static file => file.HintName, StringComparer.Ordinal)
        .Select(static file => $"//// {file.HintName}\n{file.SourceText}"));

    /// <summary>The warnings and errors of the compiler.</summary>
    public IEnumerable<Diagnostic> Complaints => Whole
        .GetDiagnostics(TestContext.Current.CancellationToken)
        .Where(static complaint => complaint.Severity >= DiagnosticSeverity.Warning);

    /// <summary>The text of one generated file; null if it was not generated.</summary>
    public string? File(string hintName) => Result.GeneratedSources
        .Where(file => file.HintName == hintName)
        .Select(static file => file.SourceText.ToString())
        .SingleOrDefault();

    /// <summary>Asserts that neither generator nor compiler has anything to complain about.</summary>
    public Outcome Clean()
    {
        Assert.Empty(Reported);
        Assert.Empty(Complaints);
        return this;
    }

    /// <summary>Asserts that the compiler has nothing to complain about in generated code either, if that is not muted.</summary>
    public Outcome CleanUnmuted()
    {
        Compilation unmuted = Whole;
        foreach (SyntaxTree tree in Result.GeneratedSources.Select(static file => file.SyntaxTree))
        {
            string text = tree.ToString().Replace("#pragma warning disable\n", "#pragma warning disable CS0612, CS0618\n", StringComparison.Ordinal);
            unmuted = unmuted.ReplaceSyntaxTree(tree, tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(text)));
        }

        Assert.Empty((this with { Whole = unmuted }).Clean().Complaints);
        return this;
    }

    /// <summary>Loads the program.</summary>
    public Assembly Load() => Assembly.Load(Image());

    /// <summary>The compiled program.</summary>
    public byte[] Image()
    {
        using MemoryStream assembly = new();
        Assert.Empty(Whole.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken).Diagnostics
            .Where(static complaint => complaint.Severity >= DiagnosticSeverity.Warning));
        return assembly.ToArray();
    }
}
