using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Symbols;

/// <summary>What makes a method a source.</summary>
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

    private static bool IsTrigger(AttributeData attribute) =>
        attribute.AttributeClass.Is(KnownTypes.PollAttribute)
        || attribute.AttributeClass.Is(KnownTypes.ScheduleAttribute)
        || attribute.AttributeClass.Is(KnownTypes.StreamAttribute);
}
