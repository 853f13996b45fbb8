using Spouts.Files;
using Spouts.Ledgers;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>
/// One run of a source, staged as one file set that no commit has yet: it is published whole or not at all. Disposing it lets
/// the file set go.
/// </summary>
internal sealed class StagedBatch : IAsyncDisposable
{
    public required string Source { get; init; }

    /// <summary>The source's entry in the ledger when the run began.</summary>
    public required SourceEntry Base { get; init; }

    /// <summary>The source's entry once the batch is published.</summary>
    public required SourceEntry Entry { get; init; }

    public required string FileSet { get; init; }

    public required long Files { get; init; }

    public required long Bytes { get; init; }

    /// <summary>What happens to each path, by path.</summary>
    public required IReadOnlyDictionary<string, FileChange> Changes { get; init; }

    /// <summary>The acknowledgements, in the order of their files.</summary>
    public required IReadOnlyList<Acknowledgement> Acknowledgements { get; init; }

    public required FileSetLease Lease { get; init; }

    public ValueTask DisposeAsync() => Lease.DisposeAsync();
}
