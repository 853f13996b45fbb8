using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Spouts.Generators.Emitting;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Reads what generated code says of the spouts of a library.</summary>
internal static class LibraryParser
{
    /// <summary>The assembly that spouts link.</summary>
    public const string Framework = "Spouts.Framework";

    /// <summary>
    /// Its spouts, and those of the libraries that it refers to; none for an assembly that has none. Null for a program with spouts: whoever refers to one has them, and those of
    /// its libraries, through it.
    /// </summary>
    public static EquatableArray<LibrarySpout>? Parse(IAssemblySymbol assembly)
    {
        if (!UsesFramework(assembly))
            return EquatableArray<LibrarySpout>.Empty;
        ImmutableArray<AttributeData> attributes = assembly.GetAttributes();
        EquatableArray<LibrarySpout> spouts = new(attributes.Select(attribute => Spout(assembly, attribute)).OfType<LibrarySpout>());
        return spouts.Count == 0 && attributes.Any(IsManifest) ? null : spouts;
    }

    /// <summary>The class with its <c>AddSpouts</c>, which only its friends may name; null where it has none.</summary>
    public static string? FindRegistration(IAssemblySymbol assembly)
    {
        string name = $"{AssemblyNames.RegistrationSpace(assembly.Name)}.{AssemblyNames.Registration}";
        return UsesFramework(assembly) && assembly.GetTypeByMetadataName(name) is not null ? $"global::{name}" : null;
    }

    /// <summary>Few assemblies do, and only their attributes need to be read.</summary>
    private static bool UsesFramework(IAssemblySymbol assembly) =>
        assembly.Modules.Any(static module => module.ReferencedAssemblies.Any(static referenced => referenced.Name == Framework));

    private static bool IsManifest(AttributeData attribute) =>
        attribute.AttributeClass.Is(KnownTypes.AssemblyMetadata) && attribute.ConstructorArguments is [{ Value: KnownTypes.ManifestKey }, _];

    private static LibrarySpout? Spout(IAssemblySymbol assembly, AttributeData attribute) =>
        attribute.AttributeClass.Is(KnownTypes.LibrarySpoutAttribute)
        && attribute.ConstructorArguments is [{ Value: string name }, { Value: INamedTypeSymbol registrar }, { Value: string manifest }]
            ? new(name, registrar.ContainingAssembly.Name, assembly.Name, registrar.Qualified(), manifest)
            : null;
}
