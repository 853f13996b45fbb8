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

    /// <summary>The port that was asked for is taken.</summary>
    public const int PortTaken = 69;

    /// <summary>Another process has the store open.</summary>
    public const int StoreInUse = 73;
}
