using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Spouts.Generators.Diagnostics;

namespace Spouts.Generators.Tests.CodeFixes;

// No compiler loads it: it stays in this test.
#pragma warning disable RS1036, RS1038, RS1041

/// <summary>Reports what the generator does, so that it can be fixed: what editors do with an analyzer of their own.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class GeneratorMistakes : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [.. typeof(Rules).GetFields(BindingFlags.Static | BindingFlags.Public).Select(static rule => (DiagnosticDescriptor)rule.GetValue(null)!)];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSemanticModelAction(static document =>
        {
            GeneratorDriver driver = CSharpGeneratorDriver.Create([new SpoutGenerator().AsSourceGenerator()], parseOptions: Compiled.ParseOptions)
                .RunGenerators(document.SemanticModel.Compilation, document.CancellationToken);
            SyntaxTree tree = document.SemanticModel.SyntaxTree;
            foreach (Diagnostic mistake in driver.GetRunResult().Diagnostics.Where(mistake => mistake.Location.GetLineSpan().Path == tree.FilePath))
                document.ReportDiagnostic(Diagnostic.Create(mistake.Descriptor, tree.GetLocation(mistake.Location.SourceSpan), mistake.Properties, mistake.GetMessage()));
        });
    }
}
