namespace Spouts.Local.Core.Auth;

/// <summary>Who calls, and from which side.</summary>
/// <param name="FromSidecar">The call came through a sidecar door: the only ones that may start commits on output branches.</param>
internal sealed record Caller(bool FromSidecar)
{
    /// <summary>The principal whose token came with the call; null while auth is off, and for a call without a good token.</summary>
    public string? Subject { get; init; }

    /// <summary>When the caller's token expires; null: never.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>Why there is no subject although auth is on.</summary>
    public PachException? Refusal { get; init; }

    /// <summary>The local pachd itself, which nobody judges.</summary>
    public bool IsSystem { get; private init; }

    public static Caller System(bool fromSidecar) => new(fromSidecar) { IsSystem = true };

    /// <summary>The subject that auth asks for.</summary>
    /// <exception cref="PachException">There is no token, or none that is good.</exception>
    public string Required() => Subject ?? throw Refusal ?? AuthErrors.NoToken();
}
