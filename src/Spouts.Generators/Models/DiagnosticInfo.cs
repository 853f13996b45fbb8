using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;

namespace Spouts.Generators.Models;

/// <summary>A mistake, as a value.</summary>
internal sealed record DiagnosticInfo
{
    public required DiagnosticDescriptor Rule { get; init; }

    public required LocationInfo? Location { get; init; }

    public required EquatableArray<string> Arguments { get; init; }

    public static DiagnosticInfo Create(DiagnosticDescriptor rule, LocationInfo? location, params string[] arguments) =>
        new() { Rule = rule, Location = location, Arguments = new(arguments) };

    /// <summary>The mistake as the compiler takes it, with a link into the package that the framework is from.</summary>
    public Diagnostic ToDiagnostic(string? framework) => Diagnostic.Create(
        framework is null ? Rule : Linked(HelpLinks.To(Rule.Id, framework)), Location?.ToLocation() ?? Microsoft.CodeAnalysis.Location.None, [.. Arguments]);

    private DiagnosticDescriptor Linked(string link) => new(
        Rule.Id, Rule.Title, Rule.MessageFormat, Rule.Category, Rule.DefaultSeverity, Rule.IsEnabledByDefault, Rule.Description, link, [.. Rule.CustomTags]);
}
