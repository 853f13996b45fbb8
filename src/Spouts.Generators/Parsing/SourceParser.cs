using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Reads a method marked with <c>[Poll]</c>.</summary>
internal static class SourceParser
{
    /// <summary>The source; null, with the mistakes reported, if it has any.</summary>
    public static SourceModel? Parse(
        IMethodSymbol method, AttributeData poll, List<DiagnosticInfo> mistakes, CancellationToken cancellation)
    {
        int before = mistakes.Count;
        LocationInfo? place = LocationInfo.From(method.Locations[0]);

        if (!poll.TryGetText(out string text))
            return null;
        if (!PollInterval.TryParse(text, out TimeSpan interval))
            mistakes.Add(DiagnosticInfo.Create(Rules.IllegalInterval, poll.Place(null, cancellation), text));

        string? given = poll.Text("Name");
        string name = given ?? method.Name;
        if (Obstacle(method) is { } obstacle)
        {
            mistakes.Add(DiagnosticInfo.Create(Rules.NotCallable, place, method.Name, obstacle));
        }
        else if (!Names.IsLegalSource(name))
        {
            mistakes.Add(DiagnosticInfo.Create(
                Rules.IllegalSourceName, given is null ? place : poll.Place("Name", cancellation), name));
        }

        SourceShape? shape = method.ReturnsByRef || method.ReturnsByRefReadonly ? null : SourceShapes.Of(method.ReturnType);
        if (shape is null)
        {
            mistakes.Add(DiagnosticInfo.Create(
                Rules.WrongReturnType, place, method.Name, method.ReturnType.ToDisplayString(Displayed.Short), SourceShapes.Legal));
        }

        ArgumentModel?[] arguments = [.. method.Parameters.Select(parameter => Argument(method, parameter, mistakes))];
        return mistakes.Count > before ? null : new()
        {
            Name = name,
            Method = Displayed.Identifier(method.Name),
            IsStatic = method.IsStatic,
            Interval = interval,
            Shape = shape!.Value,
            Arguments = new(arguments!),
        };
    }

    private static string? Obstacle(IMethodSymbol method) => method switch
    {
        { MethodKind: MethodKind.ExplicitInterfaceImplementation } => "it implements an interface explicitly; make it an ordinary method",
        { TypeParameters.Length: > 0 } => "it is generic, and nothing says with which types; remove its type parameters",
        _ when !Reach.IsFromAssembly(method.DeclaredAccessibility) => "generated code cannot reach it; make it public or internal",
        _ => null,
    };

    private static ArgumentModel? Argument(IMethodSymbol method, IParameterSymbol parameter, List<DiagnosticInfo> mistakes)
    {
        ITypeSymbol type = parameter.Type;
        if (!Arguments.CanBePassed(parameter))
        {
            mistakes.Add(DiagnosticInfo.Create(
                Rules.NotCallable, LocationInfo.From(parameter.Locations[0]), method.Name,
                $"nothing can be passed for its parameter '{parameter.Name}'; take it by value, and of an ordinary type"));
            return null;
        }

        if (type.Is(KnownTypes.CancellationToken))
            return new CancellationArgument();
        if (type.Is(KnownTypes.SpoutContext))
            return new ContextArgument();
        if (type is not INamedTypeSymbol { TypeArguments: [var value] } || !type.Is(KnownTypes.Cursor))
            return Arguments.Service(parameter);
        CodecParser parser = new(method.ContainingAssembly);
        if (parser.Parse(value) is { } codec)
            return new CursorArgument { Name = parameter.Name, Codec = codec };

        mistakes.Add(DiagnosticInfo.Create(
            Rules.UnserialisableCursor, LocationInfo.From(parameter.Locations[0]),
            parameter.Name, value.ToDisplayString(Displayed.Short), parser.Obstacle));
        return null;
    }
}
