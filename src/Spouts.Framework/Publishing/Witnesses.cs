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

    // A longer file of the same size as before is taken to have changed. Where it has not, its batch may be published again.
    private const int ComparedAtMost = 1024 * 1024;

    /// <summary>
    /// A path of the batch that the batch changes. Null where none was found: then nothing that the batch does can be doubled, for
    /// an append always changes its path.
    /// </summary>
    /// <exception cref="SpoutConfigurationException">The batch is too large to tell.</exception>
    public async Task<Witness?> FindAsync(StagedBatch batch, string parent, CancellationToken cancellation)
    {
        // An append is looked at first: it alone must never be applied twice.
        IEnumerable<KeyValuePair<string, PathChange>> candidates =
            batch.Paths.Changes.Where(c => c.Value.Change is FileChange.Append)
                .Concat(batch.Paths.Changes.Where(c => c.Value.Change is not FileChange.Append).Take(batch.Paths.AppendsToOthers ? int.MaxValue : Tries));
        foreach ((string path, PathChange change) in candidates)
        {
            StoredFile? before = await repo.FindAsync(parent, path, cancellation).ConfigureAwait(false);
            switch (change.Change)
            {
                case FileChange.Delete when before is not null:
                    return new(path, Size: null);
                case FileChange.Append when change.Bytes > 0 || before is null:
                    return new(path, (before?.SizeBytes ?? 0) + change.Bytes);
                case FileChange.Replace when change.Bytes != before?.SizeBytes:
                    return new(path, change.Bytes);
                case FileChange.Replace when await DiffersAsync(batch.FileSet, parent, before, cancellation).ConfigureAwait(false):
                    return new(path, change.Bytes, Hex(before));
            }
        }

        return !batch.Paths.AppendsToOthers ? null : throw new SpoutConfigurationException(
            $"A batch of the source '{batch.Source.Name}' has {batch.Paths.Count} paths and appends to some of the later ones: after a kill nobody could tell "
            + $"whether it is there. {batch.SmallerBy}, with at most {BatchPaths.Most} files in each.");
    }

    /// <summary>Whether a commit looks as the witness says.</summary>
    public async Task<bool> IsThereAsync(Witness witness, string commit, CancellationToken cancellation)
    {
        StoredFile? file = await repo.FindAsync(commit, witness.Path, cancellation).ConfigureAwait(false);
        return witness.Size is { } size
            ? file is not null && file.SizeBytes == size && witness.Was != Hex(file)
            : file is null;
    }

    /// <summary>Whether an append went into an open commit more than once, as a retry inside the server does.</summary>
    public async Task<bool> IsExceededAsync(StagedBatch batch, Witness witness, string commit, CancellationToken cancellation) =>
        batch.Paths.Changes[witness.Path].Change is FileChange.Append
        && await repo.FindAsync(commit, witness.Path, cancellation).ConfigureAwait(false) is { } file
        && file.SizeBytes > witness.Size;

    private async Task<bool> DiffersAsync(string fileSet, string parent, StoredFile before, CancellationToken cancellation)
    {
        if (before.SizeBytes > ComparedAtMost)
            return true;
        byte[] staged = await ReadAsync(repo.OpenStagedAsync(fileSet, before.Path, cancellation), before.SizeBytes, cancellation).ConfigureAwait(false);
        byte[] stored = await ReadAsync(repo.OpenReadAsync(parent, before.Path, cancellation), before.SizeBytes, cancellation).ConfigureAwait(false);
        return !staged.AsSpan().SequenceEqual(stored);
    }

    private static async Task<byte[]> ReadAsync(Task<Stream> opening, long size, CancellationToken cancellation)
    {
        byte[] content = new byte[size];
        Stream stream = await opening.ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            await stream.ReadExactlyAsync(content, cancellation).ConfigureAwait(false);
        return content;
    }

    private static string Hex(StoredFile file) => Convert.ToHexStringLower(file.Hash.Span);
}
