using Microsoft.CodeAnalysis;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Reads what generated code says of the spouts of a library.</summary>
internal static class LibraryParser
{
    private const string Framework = "Spouts.Framework";

    /// <summary>Its spouts; none for an assembly that is no library with spouts.</summary>
    public static EquatableArray<LibrarySpout> Parse(IAssemblySymbol assembly) => UsesFramework(assembly)
        ? new(assembly.GetAttributes().Select(attribute => Spout(assembly, attribute)).OfType<LibrarySpout>())
        : EquatableArray<LibrarySpout>.Empty;

    /// <summary>Few assemblies do, and only their attributes need to be read.</summary>
    private static bool UsesFramework(IAssemblySymbol assembly) =>
        assembly.Modules.Any(static module => module.ReferencedAssemblies.Any(static referenced => referenced.Name == Framework));

    private static LibrarySpout? Spout(IAssemblySymbol assembly, AttributeData attribute) =>
        attribute.AttributeClass.Is(KnownTypes.LibrarySpoutAttribute)
        && attribute.ConstructorArguments is [{ Value: string name }, { Value: INamedTypeSymbol registrar }, { Value: string manifest }]
            ? new(name, assembly.Name, registrar.ToDisplayString(Displayed.Qualified), manifest)
            : null;
}
