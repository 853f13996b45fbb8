namespace Spouts.Hosting;

/// <summary>Where a run is cut into several commits (<see cref="BatchAttribute"/>): at whichever limit is reached first.</summary>
public sealed record BatchLimits
{
    /// <summary>At most this many files a commit.</summary>
    public int? Files { get; init; }

    /// <summary>The number of bytes that ends a commit.</summary>
    public long? Bytes { get; init; }

    /// <summary>The longest time that a file waits for those after it.</summary>
    public TimeSpan? Period { get; init; }

    /// <summary>The limits of an endless source that sets none.</summary>
    internal static BatchLimits OfStreams { get; } = new() { Files = 10_000, Bytes = 256L << 20, Period = TimeSpan.FromSeconds(10) };
}
