using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Spouts.Generators.Models;
using Spouts.Generators.Parsing;

namespace Spouts.Generators.Memory;

/// <summary>The spouts of the libraries that programs refer to. A reference is read once: one that has changed is another one.</summary>
internal static class ReferencedLibraries
{
    private static readonly ConditionalWeakTable<MetadataReference, EquatableArray<LibrarySpout>> References = new();

    public static EquatableArray<LibrarySpout> Spouts(Compilation compilation, CancellationToken cancellation)
    {
        List<LibrarySpout> spouts = [];
        foreach (MetadataReference reference in compilation.References)
        {
            cancellation.ThrowIfCancellationRequested();
            spouts.AddRange(References.TryGetValue(reference, out EquatableArray<LibrarySpout>? known)
                ? known
                : References.GetValue(reference, reference => Read(compilation, reference)));
        }

        return new(spouts.Distinct().OrderBy(static spout => spout.Name, StringComparer.Ordinal).ThenBy(static spout => spout.Library, StringComparer.Ordinal));
    }

    private static EquatableArray<LibrarySpout> Read(Compilation compilation, MetadataReference reference) =>
        compilation.GetAssemblyOrModuleSymbol(reference) is IAssemblySymbol assembly ? LibraryParser.Parse(assembly) : EquatableArray<LibrarySpout>.Empty;
}
