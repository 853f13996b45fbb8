using Microsoft.CodeAnalysis;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Grammar;

/// <summary>Tells how a source method hands its files over from what it returns.</summary>
internal static class SourceShapes
{
    /// <summary>The shapes, as a message lists them.</summary>
    public const string Legal =
        "IAsyncEnumerable<SpoutFile>, IEnumerable<SpoutFile>, or a Task or ValueTask of SpoutFile, SpoutFile? or a list of SpoutFile";

    /// <summary>The shape of an endless source, likewise.</summary>
    public const string LegalStream = "IAsyncEnumerable<SpoutFile>, as a source that never ends must";

    /// <summary>The shape; null for a type that yields no files.</summary>
    public static SourceShape? Of(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { TypeArguments: [var result] } && (type.Is(KnownTypes.Task) || type.Is(KnownTypes.ValueTask)))
        {
            return IsAnnotated(type) ? null
                : result.Is(KnownTypes.SpoutFile) ? SourceShape.TaskOfFile
                : Yields(result, KnownTypes.Enumerable) ? SourceShape.TaskOfList
                : null;
        }

        return Yields(type, KnownTypes.AsyncEnumerable) ? SourceShape.Stream
            : Yields(type, KnownTypes.Enumerable) ? SourceShape.List
            : null;
    }

    /// <summary>Whether the type is, or implements, that sequence of files, none of them null.</summary>
    private static bool Yields(ITypeSymbol type, string sequence) =>
        !IsAnnotated(type) && (IsOfFiles(type, sequence) || type.AllInterfaces.Any(@interface => IsOfFiles(@interface, sequence)));

    private static bool IsOfFiles(ITypeSymbol type, string sequence) =>
        type is INamedTypeSymbol { TypeArguments: [var element] }
        && type.Is(sequence)
        && element.Is(KnownTypes.SpoutFile)
        && !IsAnnotated(element);

    private static bool IsAnnotated(ITypeSymbol type) => type.NullableAnnotation is NullableAnnotation.Annotated;
}
