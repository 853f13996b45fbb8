using Spouts.Ledgers;

namespace Spouts.Hosting;

/// <summary>One source method of a spout.</summary>
public sealed class SourceRegistration
{
    /// <summary>The source's key in the ledger.</summary>
    public required string Name { get; init; }

    /// <summary>The key that it had before it was renamed; null if it never was.</summary>
    public string? FormerName { get; init; }

    /// <summary>What makes it run.</summary>
    public required SourceTrigger Trigger { get; init; }

    /// <summary>Where a run is cut into several commits; null where one run is one commit. A stream is always cut.</summary>
    public BatchLimits? Batch { get; init; }

    /// <summary>What becomes of it when a run throws.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>The services that the method cannot be called without, each with its key; null for none.</summary>
    public IReadOnlyList<(Type Type, object? Key)> Services { get; init; } = [];

    /// <summary>Its cursors; null where they are not known, as of a source that is registered by hand.</summary>
    public IReadOnlyList<CursorRegistration>? Cursors { get; init; }

    /// <summary>The same source, called in another way.</summary>
    internal SourceRegistration With(Func<IServiceProvider, SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run) => new()
    {
        Name = Name,
        FormerName = FormerName,
        Trigger = Trigger,
        Batch = Batch,
        Retry = Retry,
        Services = Services,
        Cursors = Cursors,
        Run = run,
    };

    internal SourceKey Key => new(Name, FormerName)
    {
        Cursors = Cursors is null ? null : [.. Cursors.Select(static cursor => cursor.Name)],
        RenamedCursors = [.. (Cursors ?? []).Where(static cursor => cursor.FormerName is not null).Select(static cursor => (cursor.Name, cursor.FormerName!))],
    };

    /// <summary>Calls the method once: with the services of the spout, this run's cursors and context, and its cancellation.</summary>
    public required Func<IServiceProvider, SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> Run { get; init; }
}
