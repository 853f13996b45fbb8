using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Reads a class marked with <c>[Spout]</c> into values.</summary>
internal static class SpoutParser
{
    private const string DefaultBranch = "master";

    public static ParsedSpout Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        AttributeData attribute = context.Attributes[0];
        List<DiagnosticInfo> mistakes = [];
        bool isNamed = attribute.TryGetText(out string name);
        LocationInfo? place = attribute.Place(null, cancellation);
        return new()
        {
            Name = isNamed ? name : null,
            Class = type.ToDisplayString(Displayed.Qualified),
            NameLocation = place,
            Model = isNamed && type.TypeKind is TypeKind.Class ? Model(type, attribute, name, place, mistakes, cancellation) : null,
            Diagnostics = new(mistakes),
        };
    }

    private static SpoutModel? Model(
        INamedTypeSymbol type, AttributeData attribute, string name, LocationInfo? place, List<DiagnosticInfo> mistakes,
        CancellationToken cancellation)
    {
        if (!Names.IsLegalSpout(name))
            mistakes.Add(DiagnosticInfo.Create(Rules.IllegalSpoutName, place, name));

        string branch = attribute.Text("OutputBranch") ?? DefaultBranch;
        if (!Names.IsLegalBranch(branch))
            mistakes.Add(DiagnosticInfo.Create(Rules.IllegalBranch, attribute.Place("OutputBranch", cancellation), branch));

        EquatableArray<ArgumentModel>? constructor = ConstructorParser.Parse(type, mistakes);
        SourceModel?[] sources = Sources(type, mistakes, cancellation);
        if (mistakes.Count > 0 || constructor is null || sources.Contains(null))
            return null;
        return new()
        {
            Name = name,
            Class = type.ToDisplayString(Displayed.Qualified),
            OutputBranch = branch,
            Description = attribute.Text("Description"),
            Constructor = constructor,
            Sources = new(sources!),
        };
    }

    private static SourceModel?[] Sources(INamedTypeSymbol type, List<DiagnosticInfo> mistakes, CancellationToken cancellation)
    {
        List<SourceModel?> sources = [];
        Dictionary<string, string> methods = new(StringComparer.Ordinal);
        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!CanBeSource(method) || method.Attribute(KnownTypes.PollAttribute) is not { } poll)
                continue;
            sources.Add(SourceParser.Parse(method, poll, mistakes, cancellation));

            string name = poll.Text("Name") ?? method.Name;
            if (methods.TryGetValue(name, out string? first))
                mistakes.Add(DiagnosticInfo.Create(Rules.SourcesOfOneName, LocationInfo.From(method.Locations[0]), name, first));
            else
                methods.Add(name, method.Name);
        }

        if (sources.Count == 0)
            mistakes.Add(DiagnosticInfo.Create(Rules.NoSource, LocationInfo.From(type.Locations[0]), type.Name));
        return [.. sources];
    }

    /// <summary>Whether a method is of a kind that a spout may have as its source, legal or not.</summary>
    public static bool CanBeSource(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation;
}
