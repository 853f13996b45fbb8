using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>Finds streams that are declared with <c>using</c> and given to a file, which disposes them itself.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DisposedStreamAnalyzer() : SourceAnalyzer(Rules.DisposedStream)
{
    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source) =>
        body.RegisterOperationAction(
            static context =>
            {
                var call = (IInvocationOperation)context.Operation;
                if (call.TargetMethod.Name != "Streamed" || !call.TargetMethod.ContainingType.Is(KnownTypes.SpoutFile))
                    return;
                foreach (ILocalReferenceOperation answered in call.Descendants().OfType<IReturnOperation>().SelectMany(Answered))
                {
                    if (answered.Local.IsUsing)
                        context.ReportDiagnostic(Diagnostic.Create(Rules.DisposedStream, answered.Syntax.GetLocation(), answered.Local.Name));
                }
            },
            OperationKind.Invocation);

    /// <summary>The locals that a lambda hands out as they are, maybe within a task.</summary>
    private static IEnumerable<ILocalReferenceOperation> Answered(IReturnOperation answer)
    {
        IOperation? value = answer.ReturnedValue;
        while (value is not null)
        {
            switch (value)
            {
                case ILocalReferenceOperation local:
                    return [local];
                case IConversionOperation conversion:
                    value = conversion.Operand;
                    break;
                case IObjectCreationOperation { Arguments: [var only] } created when created.Type.Is(KnownTypes.ValueTask):
                    value = only.Value;
                    break;
                case IInvocationOperation { TargetMethod.Name: "FromResult", Arguments: [var only] }:
                    value = only.Value;
                    break;
                default:
                    return [];
            }
        }

        return [];
    }
}
