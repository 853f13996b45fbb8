using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Symbols;

/// <summary>What generated code, a stranger in the same assembly, can call.</summary>
internal static class Reach
{
    public static bool IsFromAssembly(Accessibility accessibility) =>
        accessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;
}
