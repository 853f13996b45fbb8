namespace Spouts.Bench.Local;

/// <summary>How much of everything.</summary>
/// <param name="Files">Files of one commit.</param>
/// <param name="Commits">Commits of one repo.</param>
/// <param name="Window">So many commits, around the first compared and at the end, are one measurement.</param>
/// <param name="LargeFile">Bytes of the large file.</param>
/// <param name="Clients">Clients at the same time.</param>
internal sealed record Scale(int Files, int Commits, int Window, long LargeFile, int Clients)
{
    public static Scale Full { get; } = new(1_000_000, 10_000, 100, 4L << 30, 200);

    /// <summary>For the test command: every path is gone, in seconds.</summary>
    public static Scale Small { get; } = new(10_000, 200, 50, 32L << 20, 20);
}
