using Microsoft.CodeAnalysis;
using Spouts.Generators.Models;

namespace Spouts.Generators.Parsing;

/// <summary>The mistakes of one spout, as they are found.</summary>
/// <param name="home">Where those are reported that are in no source of the program: in a base class of another assembly.</param>
internal sealed class Mistakes(LocationInfo? home)
{
    private readonly List<DiagnosticInfo> _found = [];

    public int Count => _found.Count;

    public void Add(DiagnosticDescriptor rule, LocationInfo? place, params string[] arguments) =>
        _found.Add(DiagnosticInfo.Create(rule, place ?? home, arguments));

    public EquatableArray<DiagnosticInfo> ToArray() => new(_found);
}
