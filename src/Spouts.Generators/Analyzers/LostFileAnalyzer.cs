using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds calls of <c>SpoutFile</c> whose answer nobody takes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LostFileAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.LostFile];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(
            static context =>
            {
                if (((IExpressionStatementOperation)context.Operation).Operation is IInvocationOperation call
                    && call.Type.Is(KnownTypes.SpoutFile)
                    && call.TargetMethod.ContainingType.Is(KnownTypes.SpoutFile))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.LostFile, call.Syntax.GetLocation(), $"SpoutFile.{call.TargetMethod.Name}"));
                }
            },
            OperationKind.ExpressionStatement);
    }
}
