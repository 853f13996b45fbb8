using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Checks the paths of files as far as they are written in the program.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PathAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.IllegalPath];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(Check, OperationKind.Argument);
    }

    private static void Check(OperationAnalysisContext context)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (argument.Parameter is not { Name: "path", ContainingSymbol: IMethodSymbol method } || !method.ContainingType.Is(KnownTypes.SpoutFile))
            return;
        if (argument.Value.ConstantValue is { HasValue: true, Value: string path })
        {
            if (PathRules.Problem(path) is { } problem)
                context.ReportDiagnostic(Diagnostic.Create(Rules.IllegalPath, argument.Value.Syntax.GetLocation(), problem));
            return;
        }

        foreach (IOperation part in Parts(argument.Value))
        {
            if (part.ConstantValue is { HasValue: true, Value: string text } && PathRules.ProblemOfPart(text) is { } problem)
                context.ReportDiagnostic(Diagnostic.Create(Rules.IllegalPath, part.Syntax.GetLocation(), problem));
        }
    }

    /// <summary>The parts of an interpolated string or of a concatenation.</summary>
    private static IEnumerable<IOperation> Parts(IOperation path) => path switch
    {
        IInterpolatedStringOperation interpolated => interpolated.Parts.OfType<IInterpolatedStringTextOperation>().Select(static part => part.Text),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => [.. Parts(sum.LeftOperand), .. Parts(sum.RightOperand)],
        IParenthesizedOperation inner => Parts(inner.Operand),
        _ => [path],
    };
}
