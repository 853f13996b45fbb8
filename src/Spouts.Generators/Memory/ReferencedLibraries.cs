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
        foreach ((_, Found found) in All(compilation, cancellation))
        {
            if (found.Spouts is null)
                return [];
            spouts.AddRange(found.Spouts);
        }

        return [.. spouts.Distinct().OrderBy(static spout => spout.Name, StringComparer.Ordinal).ThenBy(static spout => spout.Library, StringComparer.Ordinal)];
    }

    /// <summary>The classes with <c>AddSpouts</c> of the references whose internals are visible, in ordinal order.</summary>
    public static IEnumerable<string> Friends(Compilation compilation, CancellationToken cancellation) =>
        All(compilation, cancellation)
            .Where(reference => reference.Found.Registration is not null
                && compilation.GetAssemblyOrModuleSymbol(reference.Reference) is IAssemblySymbol assembly && assembly.GivesAccessTo(compilation.Assembly))
            .Select(static reference => reference.Found.Registration!)
            .OrderBy(static registration => registration, StringComparer.Ordinal);

    private static IEnumerable<(MetadataReference Reference, Found Found)> All(Compilation compilation, CancellationToken cancellation)
    {
        foreach (MetadataReference reference in compilation.References)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return (reference, References.TryGetValue(reference, out Found? known)
                ? known
                : References.GetValue(reference, reference => Read(compilation, reference)));
        }
    }

    private static Found Read(Compilation compilation, MetadataReference reference) =>
        compilation.GetAssemblyOrModuleSymbol(reference) is IAssemblySymbol assembly
            ? new(LibraryParser.Parse(assembly), LibraryParser.FindRegistration(assembly))
            : new(EquatableArray<LibrarySpout>.Empty, Registration: null);

    /// <summary>What a reference brings.</summary>
    private sealed record Found(EquatableArray<LibrarySpout>? Spouts, string? Registration);
}
