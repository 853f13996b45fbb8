using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Reads the source methods of one spout.</summary>
internal sealed class SourceParser(INamedTypeSymbol spout, TriggerParser triggers, Mistakes mistakes, CancellationToken cancellation)
{
    private readonly RetryModel? _retry = triggers.Retry(SourceMethods.Annotation(spout, KnownTypes.RetryAttribute));

    /// <summary>The source; null, with the mistakes reported, if it has any.</summary>
    public SourceModel? Parse(IMethodSymbol method, ImmutableArray<AttributeData> marks)
    {
        int before = mistakes.Count;
        LocationInfo? place = LocationInfo.From(method.Locations[0]);
        AttributeData mark = marks[0];
        if (marks.Length > 1)
            mistakes.Add(Rules.SeveralTriggers, place, method.Name);

        TriggerModel? trigger = triggers.Parse(mark);
        string name = mark.Text("Name") ?? method.Name;
        if (Obstacle(method) is { } obstacle)
            mistakes.Add(Rules.NotCallable, place, method.Name, obstacle);
        else if (!Names.IsLegalSource(name))
            mistakes.Add(Rules.IllegalSourceName, mark.Text("Name") is null ? place : mark.Place("Name", cancellation), name);
        if (mark.Text("FormerName") is { } former && !Names.IsLegalSource(former))
            mistakes.Add(Rules.IllegalSourceName, mark.Place("FormerName", cancellation), former);

        SourceShape? shape = Shape(method, mark, place);
        BatchModel? batch = triggers.Batch(SourceMethods.Annotation(method, KnownTypes.BatchAttribute));
        RetryModel? retry = Retry(method, mark);
        ArgumentModel?[] arguments = [.. method.Parameters.Select(parameter => Argument(method, parameter, mark))];
        return mistakes.Count > before || trigger is null ? null : new()
        {
            Name = name,
            FormerName = mark.Text("FormerName"),
            Method = Displayed.Identifier(method.Name),
            Through = IsCovered(method) ? method.ContainingType.Qualified() : null,
            IsStatic = method.IsStatic,
            Trigger = trigger,
            Batch = batch,
            Retry = retry,
            Shape = shape!.Value,
            Arguments = new(arguments!),
        };
    }

    /// <summary>Whether a class nearer to the spout has methods of this name, which the compiler would rather call.</summary>
    private bool IsCovered(IMethodSymbol method) => SourceMethods.Levels(spout)
        .TakeWhile(level => !SymbolEqualityComparer.Default.Equals(level, method.ContainingType))
        .Any(level => level.GetMembers(method.Name).Length > 0);

    private string? Obstacle(IMethodSymbol method) => method switch
    {
        { MethodKind: MethodKind.ExplicitInterfaceImplementation } => "it implements an interface explicitly; make it an ordinary method",
        _ when Reach.IsForbidden(method) => "it is obsolete as an error, so no code may call it; make that a warning",
        { TypeParameters.Length: > 0 } => "it is generic, and nothing says with which types; remove its type parameters",
        _ when !Reach.IsFrom(spout.ContainingAssembly, (ISymbol)method) => "generated code cannot reach it; make it public or internal",
        _ => null,
    };

    private SourceShape? Shape(IMethodSymbol method, AttributeData mark, LocationInfo? place)
    {
        bool isEndless = mark.AttributeClass.Is(KnownTypes.StreamAttribute);
        SourceShape? shape = method.ReturnsByRef || method.ReturnsByRefReadonly ? null : SourceShapes.Of(method.ReturnType);
        if (shape is not null && (shape is SourceShape.Stream || !isEndless))
            return shape;
        mistakes.Add(
            Rules.WrongReturnType, place, method.Name, method.ReturnType.ToDisplayString(Displayed.Short),
            isEndless ? SourceShapes.LegalStream : SourceShapes.Legal);
        return null;
    }

    private RetryModel? Retry(IMethodSymbol method, AttributeData mark)
    {
        AttributeData? own = SourceMethods.Annotation(method, KnownTypes.RetryAttribute);
        if (mark.AttributeClass.Is(KnownTypes.StreamAttribute) && own?.Text("Timeout") is not null)
            mistakes.Add(Rules.IllegalRetry, own.Place("Timeout", cancellation), "a stream waits for what comes, for as long as that takes; remove Timeout");
        return own is null ? _retry : triggers.Retry(own);
    }

    private ArgumentModel? Argument(IMethodSymbol method, IParameterSymbol parameter, AttributeData mark)
    {
        ITypeSymbol type = parameter.Type;
        LocationInfo? place = LocationInfo.From(parameter.Locations[0]);
        if (!Arguments.CanBePassed(parameter))
        {
            mistakes.Add(
                Rules.NotCallable, place, method.Name,
                $"nothing can be passed for its parameter '{parameter.Name}'; take it by value, and of an ordinary type");
            return null;
        }

        if (type.Is(KnownTypes.CancellationToken))
            return new CancellationArgument();
        if (type.Is(KnownTypes.SpoutContext))
            return new ContextArgument();
        if (type.Is(KnownTypes.DateTimeOffset))
        {
            if (!mark.AttributeClass.Is(KnownTypes.ScheduleAttribute))
                mistakes.Add(Rules.DueOutsideSchedule, place, parameter.Name, method.Name);
            return new DueArgument();
        }

        if (type is not INamedTypeSymbol { TypeArguments: [var value] } || !type.Is(KnownTypes.Cursor))
            return Service(parameter, place);
        CodecParser parser = new(spout.ContainingAssembly);
        if (parser.Parse(value) is { } codec)
        {
            return new CursorArgument
            {
                Name = parameter.Name,
                FormerName = FormerName(method, parameter),
                Type = value.ToDisplayString(Displayed.Short),
                Codec = codec,
            };
        }

        mistakes.Add(Rules.UnserialisableCursor, place, parameter.Name, value.ToDisplayString(Displayed.Short), parser.Obstacle);
        return null;
    }

    private ServiceArgument? Service(IParameterSymbol parameter, LocationInfo? place)
    {
        ServiceArgument service = Arguments.Service(parameter, parameter.Type);
        if (!Arguments.IsNeverRegistered(service, parameter.Type))
            return service;
        mistakes.Add(Rules.ValueAsService, place, parameter.Name, parameter.Type.ToDisplayString(Displayed.Short));
        return null;
    }

    /// <summary>The name that a cursor had before; null if it never was renamed.</summary>
    private string? FormerName(IMethodSymbol method, IParameterSymbol cursor)
    {
        if (SourceMethods.Annotation(cursor, KnownTypes.CursorAttribute) is not { } annotation || annotation.Text("FormerName") is not { } former)
            return null;
        IParameterSymbol[] others = [.. method.Parameters.Where(other => other.Type.Is(KnownTypes.Cursor) && other.Ordinal != cursor.Ordinal)];
        string? obstacle =
            !SyntaxFacts.IsValidIdentifier(former) ? "it is not the name of a parameter; write the name that the parameter had"
            : former == cursor.Name ? "it is its name of today; remove FormerName"
            : others.Any(other => other.Name == former) ? "another cursor of the source has that name; remove FormerName, or give the other cursor another name"
            : others.Any(other => other.Ordinal < cursor.Ordinal && SourceMethods.Annotation(other, KnownTypes.CursorAttribute)?.Text("FormerName") == former)
                ? "another cursor of the source says that it had that name; remove one of the two"
            : null;
        if (obstacle is not null)
            mistakes.Add(Rules.IllegalFormerCursor, annotation.Place("FormerName", cancellation), former, cursor.Name, obstacle);
        return former;
    }
}
