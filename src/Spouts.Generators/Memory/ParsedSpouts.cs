using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Spouts.Generators.Models;
using Spouts.Generators.Parsing;

namespace Spouts.Generators.Memory;

/// <summary>
/// What was found in the syntax of spouts that are still open. The compiler asks for each spout after each edit, since any type may
/// have changed. To look at the members of a class takes several times as long as to find it, so it is done only where the file
/// has changed or something is declared in another way.
/// </summary>
internal static class ParsedSpouts
{
    private static readonly ConditionalWeakTable<SyntaxNode, Remembered> Spouts = new();

    public static ParsedSpout Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var declarations = Declarations.Of(context.SemanticModel.Compilation, cancellation);
        if (Spouts.TryGetValue(context.TargetNode, out Remembered? remembered) && remembered.Declarations.Equals(declarations))
            return remembered.Spout;
        ParsedSpout spout = SpoutParser.Parse(context, cancellation);

        // A mistake may be in another file, where its line moves.
        Spouts.Remove(context.TargetNode);
        if (spout.Diagnostics.Count == 0)
            Spouts.GetValue(context.TargetNode, _ => new(declarations, spout));
        return spout;
    }

    private sealed record Remembered(Declarations Declarations, ParsedSpout Spout);
}
