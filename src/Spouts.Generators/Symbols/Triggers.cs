using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Symbols;

/// <summary>What makes a method a source, and a member part of a spout.</summary>
internal static class Triggers
{
    /// <summary>The attribute by which a method is a source; null for any other method.</summary>
    public static AttributeData? Trigger(this IMethodSymbol method) => method.GetAttributes().FirstOrDefault(IsTrigger);

    /// <summary>All such attributes: its own or, if it has none, those of the nearest method that it overrides.</summary>
    public static ImmutableArray<AttributeData> AllTriggers(this IMethodSymbol method)
    {
        for (IMethodSymbol? declared = method; declared is not null; declared = declared.OverriddenMethod)
        {
            ImmutableArray<AttributeData> own = declared.GetAttributes().RemoveAll(static attribute => !IsTrigger(attribute));
            if (own.Length > 0)
                return own;
        }

        return [];
    }

    /// <summary>Whether a member belongs to a spout, or to a class within one.</summary>
    public static bool IsInSpout(this ISymbol member)
    {
        for (INamedTypeSymbol? type = member.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.Attribute(KnownTypes.SpoutAttribute) is not null)
                return true;
        }

        return false;
    }

    private static bool IsTrigger(AttributeData attribute) =>
        attribute.AttributeClass.Is(KnownTypes.PollAttribute)
        || attribute.AttributeClass.Is(KnownTypes.ScheduleAttribute)
        || attribute.AttributeClass.Is(KnownTypes.StreamAttribute);
}
