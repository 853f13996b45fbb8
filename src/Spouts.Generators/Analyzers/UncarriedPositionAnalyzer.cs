using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Parsing;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers;

/// <summary>
/// Finds <c>[Stream]</c> sources with a period whose files do not carry their cursors. A cursor that is passed on, to
/// <c>SpoutFile.WithCursor</c> or to a method that may call it, is none of them.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UncarriedPositionAnalyzer() : SourceAnalyzer(Rules.UncarriedPosition)
{
    private protected override void Start(OperationBlockStartAnalysisContext body, IMethodSymbol source)
    {
        if (!source.AllTriggers().Any(static trigger => trigger.AttributeClass.Is(KnownTypes.StreamAttribute))
            || SourceMethods.Annotation(source, KnownTypes.BatchAttribute)?.Text("Period") is null)
            return;
        ConcurrentDictionary<IParameterSymbol, bool> passedOn = new(SymbolEqualityComparer.Default);
        body.RegisterOperationAction(
            context =>
            {
                var reference = (IParameterReferenceOperation)context.Operation;
                if (reference.Type.Is(KnownTypes.Cursor) && SymbolEqualityComparer.Default.Equals(reference.Parameter.ContainingSymbol, source))
                    passedOn.AddOrUpdate(reference.Parameter, !IsUsedHere(reference), (_, before) => before || !IsUsedHere(reference));
            },
            OperationKind.ParameterReference);
        body.RegisterOperationBlockEndAction(context =>
        {
            foreach (IParameterSymbol cursor in source.Parameters)
            {
                if (passedOn.TryGetValue(cursor, out bool isPassedOn) && !isPassedOn)
                    context.ReportDiagnostic(Diagnostic.Create(Rule, cursor.Locations[0], source.Name, cursor.Name));
            }
        });
    }

    private static bool IsUsedHere(IParameterReferenceOperation cursor) => cursor.Parent is IPropertyReferenceOperation used && used.Instance == cursor;
}
