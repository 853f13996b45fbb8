using System.Collections.Immutable;

namespace Spouts.Generators.Models;

/// <summary>A program with spouts.</summary>
internal sealed record AppModel
{
    /// <summary>The spouts in ordinal order of their names.</summary>
    public required EquatableArray<SpoutModel> Spouts { get; init; }

    /// <summary>Whether the program is an executable without an entry point of its own.</summary>
    public required bool NeedsMain { get; init; }

    /// <summary>
    /// The program of these spouts; null where no class is marked. A spout with a mistake is null: it is left out, but the
    /// program around it stays whole, so that the mistake is the only error that its author sees.
    /// </summary>
    public static AppModel? Create(ImmutableArray<SpoutModel?> spouts, bool needsMain) => spouts.IsEmpty ? null : new()
    {
        Spouts = new(spouts
            .OfType<SpoutModel>()
            .OrderBy(static spout => spout.Name, StringComparer.Ordinal)
            .ThenBy(static spout => spout.Class, StringComparer.Ordinal)
            .GroupBy(static spout => spout.Name, static (_, sameName) => sameName.First(), StringComparer.Ordinal)),
        NeedsMain = needsMain,
    };
}
