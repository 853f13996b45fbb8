using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Spouts.Generators.Models;

/// <summary>A place in the source as a value: a <see cref="Location"/> would keep its whole compilation alive.</summary>
internal sealed record LocationInfo(string Path, TextSpan Span, LinePositionSpan Lines)
{
    /// <summary>The place as a value; null for one outside the source.</summary>
    public static LocationInfo? From(Location? location) => location is { SourceTree: { } tree, SourceSpan: var span }
        ? new(tree.FilePath, span, tree.GetLineSpan(span).Span)
        : null;

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
