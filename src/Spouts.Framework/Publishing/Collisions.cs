using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Spouts.Batching;
using Spouts.Files;
using Spouts.Pachyderm;

namespace Spouts.Publishing;

/// <summary>
/// Mends a batch with a path that is a file where the repo has a folder, or the other way round. Pachyderm finds that only after the
/// commit was finished, and then nobody can read any of it.
/// </summary>
internal sealed partial class Collisions(OutputRepo repo, TimeProvider time, ILogger<Collisions> logger)
{
    /// <summary>The batch with what collides in the dead letters instead, to be disposed; null where it has nothing that collides.</summary>
    /// <param name="batch">The batch, whose file set still lives.</param>
    /// <param name="error">The error of its commit.</param>
    /// <param name="parent">The commit that it was built on.</param>
    /// <param name="isThorough">Whether every path of the batch is compared with the parent, instead of the one that the error names.</param>
    /// <param name="cancellation">Ends it between two calls.</param>
    public async Task<StagedBatch?> MendAsync(
        StagedBatch batch, string error, string parent, bool isThorough, CancellationToken cancellation)
    {
        if (Collision().Match(error) is not { Success: true } named)
            return null;
        HashSet<string> offenders = new(StringComparer.Ordinal);
        await foreach (string path in AlongAsync(named.Groups[1].Value, batch, cancellation).ConfigureAwait(false))
            offenders.Add(path);
        if (isThorough)
        {
            foreach ((string path, PathChange change) in batch.Paths.Changes)
            {
                if (change.Change is not FileChange.Delete && await CollidesAsync(path, batch, parent, cancellation).ConfigureAwait(false))
                    offenders.Add(path);
            }
        }

        return offenders.Count == 0 ? null : await WithoutAsync(batch, offenders, error, cancellation).ConfigureAwait(false);
    }

    // Pachyderm names the longer of two paths: the batch has brought that one, or the one that would have to be its folder.
    private async IAsyncEnumerable<string> AlongAsync(
        string named, StagedBatch batch, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (string path in SpoutPath.Folders(named).Prepend(named))
        {
            if (await repo.FindStagedSizeAsync(batch.FileSet, path, cancellation).ConfigureAwait(false) is not null)
                yield return path;
        }
    }

    private async Task<bool> CollidesAsync(string path, StagedBatch batch, string parent, CancellationToken cancellation)
    {
        foreach (string folder in SpoutPath.Folders(path))
        {
            if (!IsDeleted(folder) && await repo.FindAsync(parent, folder, cancellation).ConfigureAwait(false) is not null)
                return true;
        }

        await foreach (StoredFile below in repo.ListAsync(parent, path, cancellation).ConfigureAwait(false))
        {
            if (below.Path != path && !IsDeleted(below.Path))
                return true;
        }

        return false;

        bool IsDeleted(string file) => batch.Paths.Changes.TryGetValue(file, out PathChange known) && known.Change is FileChange.Delete;
    }

    // Of a path that is not kept nobody knows: appending keeps what an earlier batch has put there.
    private static bool IsAppended(BatchPaths paths, string path) =>
        paths.Changes.TryGetValue(path, out PathChange change) ? change.Change is FileChange.Append : paths.AppendsToOthers;

    private async Task<StagedBatch> WithoutAsync(
        StagedBatch batch, HashSet<string> offenders, string error, CancellationToken cancellation)
    {
        BatchPaths paths = batch.Paths.Without(offenders);
        FileSetUpload upload = repo.Upload(cancellation);
        await using (upload.ConfigureAwait(false))
        {
            foreach (string path in offenders)
            {
                LogCollides(repo.Name, path, batch.Source.Name, error);
                SpoutFile content = SpoutFile.Streamed(path, ended => new(repo.OpenStagedAsync(batch.FileSet, path, ended)));
                SpoutFile staged = IsAppended(batch.Paths, path) ? content.Appended() : content;
                await upload.PutAsync(SpoutFile.Delete(path)).ConfigureAwait(false);
                foreach (SpoutFile file in DeadLetter.Of(batch.Source, staged, error, staged))
                {
                    paths.Add(file);
                    paths.Grow(file.Path, await upload.PutAsync(file).ConfigureAwait(false));
                }
            }

            string mended = await upload.CompleteAsync().ConfigureAwait(false);
            await using FileSetLease part = new(repo, mended, time, logger);
            string joined = await repo.ComposeAsync([batch.FileSet, mended], FileSetLease.Ttl, cancellation).ConfigureAwait(false);
            return new()
            {
                Source = batch.Source,
                Base = batch.Base,
                Entry = batch.Entry,
                Bytes = batch.Bytes,
                Paths = paths,
                DeadLetters = batch.DeadLetters + offenders.Count,
                SmallerBy = batch.SmallerBy,
                Acknowledgements = batch.Acknowledgements,
                Lease = new(repo, joined, time, logger),
            };
        }
    }

    /// <summary>Whether a commit could not be read because of paths in it that collide.</summary>
    public static bool IsOne(PachydermException refused) => refused.Message.Contains("file / directory path collision", StringComparison.Ordinal);

    [GeneratedRegex(@"^file / directory path collision \((/.+)\)$")]
    private static partial Regex Collision();

    [LoggerMessage(LogLevel.Error,
        "In {Repo} {Path} of '{Source}' collides with what is there ({Error}); it goes to the dead letters, and its batch is published without it.")]
    private partial void LogCollides(string repo, string path, string source, string error);
}
