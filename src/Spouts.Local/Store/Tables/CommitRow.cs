namespace Spouts.Local.Store;

/// <summary>A commit as it is stored.</summary>
internal sealed record CommitRow
{
    public long Id { get; init; }

    public long RepoId { get; init; }

    public string Project { get; init; } = "";

    public string Repo { get; init; } = "";

    public string Type { get; init; } = "";

    /// <summary>The id that users see, shared by all commits of one transaction.</summary>
    public string SetId { get; init; } = "";

    public long? BranchId { get; init; }

    public string? Branch { get; init; }

    public long? Parent { get; init; }

    public int Origin { get; init; }

    public string Description { get; init; } = "";

    public string Error { get; init; } = "";

    public long Started { get; init; }

    public long? Finishing { get; init; }

    public long? Finished { get; init; }

    /// <summary>The place in its repo's queue of commits to finish.</summary>
    public long? FinishOrder { get; init; }

    /// <summary>Null: the commit shows no size.</summary>
    public long? SizeBytes { get; init; }

    public long? Compacting { get; init; }

    public long? Validating { get; init; }

    /// <summary>A finished commit without a total cannot be read any more: Pachyderm calls it forgotten.</summary>
    public bool HasTotal { get; init; }

    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }

    /// <summary>Who made it; empty while auth is off.</summary>
    public string CreatedBy { get; init; } = "";
}
