using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Symbols;

/// <summary>What makes a method a source.</summary>
internal static class Triggers
{
    /// <summary>The attribute by which a method is a source; null for any other method.</summary>
    public static AttributeData? Trigger(this IMethodSymbol method)
    {
        foreach (AttributeData attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass.Is(KnownTypes.PollAttribute) || attribute.AttributeClass.Is(KnownTypes.ScheduleAttribute) || attribute.AttributeClass.Is(KnownTypes.StreamAttribute))
                return attribute;
        }

        return null;
    }
}
