namespace Spouts.Chaos.Doors;

/// <summary>What a <see cref="FaultyDoor"/> does to a call.</summary>
internal enum CallBreak
{
    /// <summary>The connection breaks before the call reaches the server.</summary>
    Reset,

    /// <summary>The server has done it; the connection breaks before its reply is there.</summary>
    LostReply,

    /// <summary>The call waits before it reaches the server.</summary>
    HeldRequest,

    /// <summary>The server has done it; its reply waits.</summary>
    HeldReply,
}
