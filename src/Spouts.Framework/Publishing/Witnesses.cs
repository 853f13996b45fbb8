using Spouts.Batching;
using Spouts.Files;
using Spouts.Ledgers;
using Spouts.Pachyderm;

namespace Spouts.Publishing;

/// <summary>Finds the witness of a batch and looks for it in a commit.</summary>
internal sealed class Witnesses(OutputRepo repo)
{
    // A batch whose first paths all stand in the parent as they are is most likely there whole; replacing it again is harmless.
    private const int Tries = 1000;

    /// <summary>
    /// A path of the batch that the batch changes. Null where none was found: then nothing that the batch does can be doubled, for
    /// an append always changes its path.
    /// </summary>
    /// <exception cref="SpoutConfigurationException">The batch is too large to tell.</exception>
    public async Task<Witness?> FindAsync(StagedBatch batch, string parent, CancellationToken cancellation)
    {
        // An append is looked at first: it alone must never be applied twice.
        IEnumerable<KeyValuePair<string, FileChange>> candidates =
            batch.Paths.Changes.Where(c => c.Value is FileChange.Append)
                .Concat(batch.Paths.Changes.Where(c => c.Value is not FileChange.Append).Take(batch.Paths.AppendsToOthers ? int.MaxValue : Tries));
        foreach ((string path, FileChange change) in candidates)
        {
            StoredFile? before = await repo.FindAsync(parent, path, cancellation).ConfigureAwait(false);
            StoredFile? staged = change is FileChange.Delete
                ? null
                : await repo.FindStagedAsync(batch.FileSet, path, cancellation).ConfigureAwait(false);
            switch (change)
            {
                case FileChange.Delete when before is not null:
                    return new(path, Size: null, Hash: null);
                case FileChange.Append when staged is { SizeBytes: > 0 }:
                    return new(path, (before?.SizeBytes ?? 0) + staged.SizeBytes, Hash: null);
                case FileChange.Append when before is null && staged is not null:
                    return new(path, 0, Hash: null);
                case FileChange.Replace when staged is not null && !Equal(before, staged):
                    return new(path, staged.SizeBytes, Hex(staged));
            }
        }

        return !batch.Paths.AppendsToOthers ? null : throw new SpoutConfigurationException(
            $"A batch of the source '{batch.Source.Name}' has {batch.Paths.Count} paths and appends to some of the later ones: after a kill nobody could tell "
            + $"whether it is there. Cut its runs with [Batch] to at most {BatchPaths.Most} files.");
    }

    /// <summary>Whether a commit looks as the witness says.</summary>
    public async Task<bool> IsThereAsync(Witness witness, string commit, CancellationToken cancellation)
    {
        StoredFile? file = await repo.FindAsync(commit, witness.Path, cancellation).ConfigureAwait(false);
        return witness.Size is { } size
            ? file is not null && file.SizeBytes == size && (witness.Hash is null || witness.Hash == Hex(file))
            : file is null;
    }

    /// <summary>Whether an append went into an open commit more than once, as a retry inside the server does.</summary>
    public async Task<bool> IsExceededAsync(Witness witness, string commit, CancellationToken cancellation) =>
        witness is { Size: { } size, Hash: null }
        && await repo.FindAsync(commit, witness.Path, cancellation).ConfigureAwait(false) is { } file
        && file.SizeBytes > size;

    private static bool Equal(StoredFile? one, StoredFile other) =>
        one is not null && one.SizeBytes == other.SizeBytes && one.Hash.Span.SequenceEqual(other.Hash.Span);

    private static string Hex(StoredFile file) => Convert.ToHexStringLower(file.Hash.Span);
}
