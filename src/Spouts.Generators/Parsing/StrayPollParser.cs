using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Finds methods marked with <c>[Poll]</c> that no spout would ever run.</summary>
internal static class StrayPollParser
{
    /// <summary>The mistake; null for a source of a spout.</summary>
    public static DiagnosticInfo? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (context.TargetSymbol is not IMethodSymbol method)
            return null;
        return SpoutParser.CanBeSource(method) && method.ContainingType.Attribute(KnownTypes.SpoutAttribute) is not null
            ? null
            : DiagnosticInfo.Create(Rules.PollOutsideSpout, LocationInfo.From(method.Locations[0]), method.Name);
    }
}
