namespace Spouts.Generators.Models;

/// <summary>What became of one <c>[Spout]</c> class.</summary>
internal sealed record ParsedSpout
{
    /// <summary>The name it asks for, legal or not; null where the attribute itself does not compile.</summary>
    public required string? Name { get; init; }

    /// <summary>The class as C# names it, with <c>global::</c>.</summary>
    public required string Class { get; init; }

    /// <summary>Where the name is written.</summary>
    public required LocationInfo? NameLocation { get; init; }

    /// <summary>The spout; null if it has a mistake.</summary>
    public required SpoutModel? Model { get; init; }

    public required EquatableArray<DiagnosticInfo> Diagnostics { get; init; }
}
