namespace Spouts.Local.Store;

/// <summary>A repo as it is stored.</summary>
internal sealed record RepoRow
{
    public long Id { get; init; }

    public string Project { get; init; } = "";

    public string Name { get; init; } = "";

    public string Type { get; init; } = "";

    public string Description { get; init; } = "";

    public long CreatedAt { get; init; }
}
