using Microsoft.CodeAnalysis;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Analyzers.Declarations;

/// <summary>The classes of a compilation that are spouts, or that spouts derive from.</summary>
internal sealed class SpoutClasses(Compilation compilation)
{
    private readonly Lazy<HashSet<ISymbol>> _bases = new(() => BasesOfSpouts(compilation.Assembly.GlobalNamespace));

    /// <summary>Whether a class is a spout, or one is derived from it or, since it is abstract, will be.</summary>
    public bool Has(INamedTypeSymbol type) =>
        type.IsAbstract || type.Attribute(KnownTypes.SpoutAttribute) is not null || _bases.Value.Contains(type.OriginalDefinition);

    private static HashSet<ISymbol> BasesOfSpouts(INamespaceSymbol all)
    {
        HashSet<ISymbol> bases = new(SymbolEqualityComparer.Default);
        Stack<INamespaceOrTypeSymbol> open = new([all]);
        while (open.Count > 0)
        {
            INamespaceOrTypeSymbol container = open.Pop();
            foreach (INamespaceOrTypeSymbol within in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
                open.Push(within);
            if (container is not INamedTypeSymbol spout || spout.Attribute(KnownTypes.SpoutAttribute) is null)
                continue;
            for (INamedTypeSymbol? level = spout.BaseType; level is not null; level = level.BaseType)
                bases.Add(level.OriginalDefinition);
        }

        return bases;
    }
}
