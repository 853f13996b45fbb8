namespace Spouts;

/// <summary>How a spout's process ends; explained in <c>docs/exit-codes.md</c>.</summary>
internal static class ExitCodes
{
    /// <summary>Done for good: Pachyderm never starts the worker's program again.</summary>
    public const int Done = 0;

    /// <summary>Something is configured wrong and stays wrong until a person mends it.</summary>
    public const int Configuration = 64;

    /// <summary>Pachyderm found the data of a commit to be impossible.</summary>
    public const int Data = 65;

    /// <summary>The local pachd could not be started or reached.</summary>
    public const int Unavailable = 69;

    /// <summary>An error that nobody expected; its text says which.</summary>
    public const int Unexpected = 70;

    /// <summary>Another process publishes to the same branch.</summary>
    public const int Fenced = 75;

    /// <summary>An update has replaced the pipeline that this process belongs to.</summary>
    public const int Replaced = 77;

    /// <summary>Ended by Ctrl+C.</summary>
    public const int Interrupted = 130;
}
