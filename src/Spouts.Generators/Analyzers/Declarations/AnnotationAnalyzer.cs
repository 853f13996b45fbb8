using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers.Declarations;

/// <summary>Finds annotations of sources on methods that are none, of cursors on parameters that are none, and of spouts on classes that are none.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AnnotationAnalyzer : DiagnosticAnalyzer
{
    private static readonly ImmutableArray<(string Type, string Name)> OfSources =
        [(KnownTypes.BatchAttribute, "Batch"), (KnownTypes.RetryAttribute, "Retry")];

    private static readonly ImmutableArray<(string Type, string Name)> OfSpouts =
    [
        (KnownTypes.RetryAttribute, "Retry"), (KnownTypes.SecretAttribute, "Secret"),
        (KnownTypes.ResourcesAttribute, "Resources"), (KnownTypes.ServiceAttribute, "Service"),
    ];

    private static readonly ImmutableArray<(string Type, string Name)> OfCursors = [(KnownTypes.CursorAttribute, "Cursor")];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.IdleAnnotation];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(CheckMethod, SymbolKind.Method);
        context.RegisterSymbolAction(CheckParameter, SymbolKind.Parameter);
        context.RegisterCompilationStartAction(static start =>
        {
            SpoutClasses spouts = new(start.Compilation);
            start.RegisterSymbolAction(context => CheckClass(context, spouts), SymbolKind.NamedType);
        });
    }

    private static void CheckMethod(SymbolAnalysisContext context)
    {
        if (!CanHaveIt((IMethodSymbol)context.Symbol))
            Report(context, OfSources, "mark the method with [Poll], [Schedule] or [Stream]");
    }

    private static void CheckParameter(SymbolAnalysisContext context)
    {
        var parameter = (IParameterSymbol)context.Symbol;
        if (!parameter.Type.Is(KnownTypes.Cursor))
            Report(context, OfCursors, "put it on a Cursor<T>");
        else if (parameter.ContainingSymbol is not IMethodSymbol method || !CanHaveIt(method))
            Report(context, OfCursors, "mark the method with [Poll], [Schedule] or [Stream]");
    }

    private static void CheckClass(SymbolAnalysisContext context, SpoutClasses spouts)
    {
        if (!spouts.Has((INamedTypeSymbol)context.Symbol))
            Report(context, OfSpouts, "mark the class with [Spout], derive a spout from it or make it abstract");
    }

    private static void Report(SymbolAnalysisContext context, ImmutableArray<(string Type, string Name)> annotations, string cure)
    {
        foreach (AttributeData attribute in context.Symbol.GetAttributes())
        {
            foreach ((string type, string name) in annotations)
            {
                if (attribute.AttributeClass.Is(type) && attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken).GetLocation() is { } place)
                    context.ReportDiagnostic(Diagnostic.Create(Rules.IdleAnnotation, place, name, context.Symbol.Name, cure));
            }
        }
    }

    /// <summary>Whether it is a source, or a method of an abstract class that a spout may override and mark.</summary>
    private static bool CanHaveIt(IMethodSymbol method) =>
        !method.AllTriggers().IsEmpty
        || (method is { IsVirtual: true } or { IsAbstract: true } && method.ContainingType is { TypeKind: TypeKind.Class, IsAbstract: true });
}
