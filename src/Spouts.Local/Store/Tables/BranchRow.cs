namespace Spouts.Local.Store;

/// <summary>A branch as it is stored.</summary>
internal sealed record BranchRow
{
    public long Id { get; init; }

    public long RepoId { get; init; }

    public string Project { get; init; } = "";

    public string Repo { get; init; } = "";

    public string Type { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Null only inside the transaction that is about to give it a head.</summary>
    public long? Head { get; init; }

    public string? TriggerJson { get; init; }

    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }

    /// <summary>Who made it; empty while auth is off.</summary>
    public string CreatedBy { get; init; } = "";
}
