namespace Spouts.Local.Store;

/// <summary>A token as it is stored: whose it is and until when, never the token itself.</summary>
internal sealed record TokenRow
{
    public string Subject { get; init; } = "";

    /// <summary>Null: it never expires.</summary>
    public long? ExpiresAt { get; init; }
}
