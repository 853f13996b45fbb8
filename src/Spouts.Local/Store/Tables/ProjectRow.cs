namespace Spouts.Local.Store;

/// <summary>A project as it is stored.</summary>
internal sealed record ProjectRow
{
    public long Id { get; init; }

    public string Name { get; init; } = "";

    public string Description { get; init; } = "";

    public long CreatedAt { get; init; }

    /// <summary>Who made it; empty while auth is off.</summary>
    public string CreatedBy { get; init; } = "";
}
