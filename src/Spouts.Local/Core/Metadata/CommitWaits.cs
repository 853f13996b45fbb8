using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>Waiting for commits, woken by changes and never polling.</summary>
internal static class CommitWaits
{
    /// <summary>Waits until a commit has come as far as <paramref name="state"/>.</summary>
    public static async Task<CommitRow> ForAsync(Pachd pachd, CommitRow commit, CommitState state, CancellationToken cancellation)
    {
        if (commit.Finished is not null || state is CommitState.Unknown or CommitState.Started)
            return commit;
        if (state == CommitState.Ready)
        {
            foreach (CommitRow upstream in pachd.Read(tx => tx.DirectCommitProvenance(commit.Id)))
                await ForAsync(pachd, upstream, CommitState.Finished, cancellation);
            return commit;
        }

        while (true)
        {
            Task changed = pachd.CommitSignals.Next(commit.Id);
            CommitRow now = pachd.Read(tx => tx.FindCommit(commit.Id))
                ?? throw new PachException($"inspect finishing or finished commit: commit {commit.Ref()} was deleted");
            if (now.Finished is not null || (state == CommitState.Finishing && now.Finishing is not null))
                return now;
            await changed.WaitAsync(cancellation);
        }
    }
}
