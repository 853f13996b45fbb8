using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Spouts.Generators.Models;
using Spouts.Generators.Parsing;

namespace Spouts.Generators.Memory;

/// <summary>The spouts of the libraries that programs refer to. A reference is read once: one that has changed is another one.</summary>
internal static class ReferencedLibraries
{
    private static readonly ConditionalWeakTable<MetadataReference, Found> References = new();

    /// <summary>
    /// The spouts that the references name, those of a library each time that it is named; none where a program is among them, such
    /// as the one that is tested.
    /// </summary>
    public static IReadOnlyList<LibrarySpout> Spouts(Compilation compilation, CancellationToken cancellation)
    {
        List<LibrarySpout> spouts = [];
        foreach (MetadataReference reference in compilation.References)
        {
            cancellation.ThrowIfCancellationRequested();
            Found found = References.TryGetValue(reference, out Found? known)
                ? known
                : References.GetValue(reference, reference => new(Read(compilation, reference)));
            if (found.Spouts is null)
                return [];
            spouts.AddRange(found.Spouts);
        }

        return [.. spouts.Distinct().OrderBy(static spout => spout.Name, StringComparer.Ordinal).ThenBy(static spout => spout.Library, StringComparer.Ordinal)];
    }

    private static EquatableArray<LibrarySpout>? Read(Compilation compilation, MetadataReference reference) =>
        compilation.GetAssemblyOrModuleSymbol(reference) is IAssemblySymbol assembly ? LibraryParser.Parse(assembly) : EquatableArray<LibrarySpout>.Empty;

    /// <summary>What a reference brings.</summary>
    private sealed record Found(EquatableArray<LibrarySpout>? Spouts);
}
