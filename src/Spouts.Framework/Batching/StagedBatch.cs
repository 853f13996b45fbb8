using Spouts.Ledgers;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>
/// What one run of a source yielded, or a part of it, staged as one file set that no commit has yet: it is published whole or not at
/// all. Disposing it lets the file set go.
/// </summary>
internal sealed class StagedBatch : IAsyncDisposable
{
    public required SourceKey Source { get; init; }

    /// <summary>The entry of the source that the batch stands on: the one its run began with, or that of the batch before it.</summary>
    public required SourceEntry Base { get; set; }

    /// <summary>The source's entry once the batch is published.</summary>
    public required SourceEntry Entry { get; set; }

    /// <summary>The file set; null where there are only items to acknowledge that were published before.</summary>
    public required FileSetLease? Lease { get; init; }

    /// <summary>Whether there is anything to publish.</summary>
    public bool HasData => Lease is not null;

    /// <summary>The file set's id.</summary>
    public string FileSet => Lease?.Id ?? throw new InvalidOperationException("A batch without data is acknowledged, not published.");

    /// <summary>Whether its file set has expired: it cannot be published any more, and its source has to bring it again.</summary>
    public bool IsGone => Lease is { IsGone: true };

    public required long Bytes { get; init; }

    /// <summary>What makes its like smaller, for messages: a sentence without its full stop.</summary>
    public string SmallerBy { get; init; } = RunStager.CutByAnnotation;

    /// <summary>Whether it was ever sent to a commit, so that only a recovery can tell whether it is there.</summary>
    public bool WasOffered { get; set; }

    /// <summary>What happens to each path.</summary>
    public required BatchPaths Paths { get; init; }

    /// <summary>How many of its files went to the dead letters; more where it had to be mended.</summary>
    public required int DeadLetters { get; set; }

    /// <summary>What hangs on its files, and on items that came again, in their order.</summary>
    public required IReadOnlyList<Acknowledgement> Acknowledgements { get; init; }

    /// <summary>Whether it was cut because the ledger has no place for more items.</summary>
    public bool IsCutForItems { get; init; }

    /// <summary>Asks the server whether it can still be published, and renews its file set with that.</summary>
    /// <returns>Whether the server still has its file set; true for a batch without data.</returns>
    /// <exception cref="PachydermException">The server could not be asked.</exception>
    public Task<bool> RenewAsync(CancellationToken cancellationToken) => Lease?.RenewAsync(cancellationToken) ?? Task.FromResult(true);

    public ValueTask DisposeAsync() => Lease?.DisposeAsync() ?? ValueTask.CompletedTask;
}
