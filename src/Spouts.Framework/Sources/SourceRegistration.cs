namespace Spouts.Hosting;

/// <summary>One source method of a spout.</summary>
public sealed class SourceRegistration
{
    /// <summary>The source's key in the ledger.</summary>
    public required string Name { get; init; }

    /// <summary>The time between the end of a run and the start of the next one.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Calls the method once: with the services of the spout, this run's cursors and context, and its cancellation.</summary>
    public required Func<IServiceProvider, SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> Run { get; init; }
}
