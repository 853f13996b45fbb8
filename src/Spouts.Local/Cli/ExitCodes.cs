namespace Spouts.Local.Cli;

/// <summary>How the program ends.</summary>
internal static class ExitCodes
{
    /// <summary>There is no store where one was named.</summary>
    public const int NoStore = 66;

    /// <summary>A check found the store damaged.</summary>
    public const int Damaged = 67;

    /// <summary>The store was written by a later version.</summary>
    public const int NewerStore = 65;

    /// <summary>There is no such pipeline, or it can have no pods.</summary>
    public const int NoPod = 68;

    /// <summary>The port that was asked for is taken.</summary>
    public const int PortTaken = 69;

    /// <summary>Another process has the store open.</summary>
    public const int StoreInUse = 73;

    /// <summary>The disk under the store has no room, or lets nobody write.</summary>
    public const int BadDisk = 74;

    /// <summary>There is nobody to point a context at.</summary>
    public const int NotServed = 75;

    /// <summary>To listen beyond loopback auth has to be on.</summary>
    public const int NeedsAuth = 77;

    /// <summary><c>pods.json</c> or pachctl's configuration cannot be read.</summary>
    public const int BadSettings = 78;
}
