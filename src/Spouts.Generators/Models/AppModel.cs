using System.Collections.Immutable;

namespace Spouts.Generators.Models;

/// <summary>A program or library with spouts.</summary>
internal sealed record AppModel
{
    /// <summary>The spouts in ordinal order of their names.</summary>
    public required EquatableArray<SpoutModel> Spouts { get; init; }

    /// <summary>The program or library that they are compiled into.</summary>
    public required HostModel Host { get; init; }

    /// <summary>Whether a class is marked, with or without mistakes, or a program has spouts of libraries.</summary>
    public required bool IsRegistered { get; init; }

    /// <summary>
    /// The program of these spouts; null where no class is marked, no library has any and no other project lets it see its own. A spout with a mistake is null: it is left
    /// out, but the program around it stays whole, so that the mistake is the only error that its author sees.
    /// </summary>
    public static AppModel? Create(ImmutableArray<SpoutModel?> spouts, HostModel host) => (!HasAny(spouts.Length, host) && host.Friends.Count == 0) || host.OldLanguage is not null ? null : new()
    {
        IsRegistered = !spouts.IsEmpty || host.Spouts.Count > 0,
        Spouts = new(spouts
            .OfType<SpoutModel>()
            .OrderBy(static spout => spout.Name, StringComparer.Ordinal)
            .ThenBy(static spout => spout.Class, StringComparer.Ordinal)
            .GroupBy(static spout => spout.Name, static (_, sameName) => sameName.First(), StringComparer.Ordinal)),
        Host = host,
    };

    /// <summary>Whether there is anything to generate for so many marked classes.</summary>
    public static bool HasAny(int marked, HostModel host) => marked > 0 || host.Spouts.Count > 0 || host.Inner.Count > 0;
}
