using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Models;

/// <summary>A mistake, as a value.</summary>
internal sealed record DiagnosticInfo
{
    public required DiagnosticDescriptor Rule { get; init; }

    public required LocationInfo? Location { get; init; }

    public required EquatableArray<string> Arguments { get; init; }

    public static DiagnosticInfo Create(DiagnosticDescriptor rule, LocationInfo? location, params string[] arguments) =>
        new() { Rule = rule, Location = location, Arguments = new(arguments) };

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(Rule, Location?.ToLocation() ?? Microsoft.CodeAnalysis.Location.None, [.. Arguments]);
}
