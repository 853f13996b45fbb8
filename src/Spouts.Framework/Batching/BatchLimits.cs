namespace Spouts.Hosting;

/// <summary>Where a run is cut into several commits (<see cref="BatchAttribute"/>): at whichever limit is reached first.</summary>
public sealed record BatchLimits
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>At most this many files a commit.</summary>
    public int? Files { get; init; }

    /// <summary>The number of bytes that ends a commit.</summary>
    public long? Bytes { get; init; }

    /// <summary>The longest time that a file waits for those after it.</summary>
    public TimeSpan? Period { get; init; }

    /// <summary>The limits of an endless source, which has to be cut: the last file that it yielded must not wait for ever.</summary>
    internal static BatchLimits ForStream(BatchLimits? set) => set is null
        ? new() { Files = 10_000, Bytes = 256L << 20, Period = LongestWait }
        : set with { Period = set.Period ?? LongestWait };
}
