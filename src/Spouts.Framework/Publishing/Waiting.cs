using Microsoft.Extensions.Logging;
using Spouts.Pachyderm;

namespace Spouts.Publishing;

/// <summary>Waits for commits to be FINISHED, in slices that are logged, and says so when that can never happen.</summary>
internal sealed partial class Waiting(OutputRepo repo, ILogger<Waiting> logger)
{
    /// <summary>How long it waits before it looks why it has to.</summary>
    public TimeSpan Slice { get; init; } = TimeSpan.FromSeconds(30);

    /// <exception cref="SpoutConfigurationException">Only an administrator can get the repo going again.</exception>
    /// <exception cref="PachydermException">Likewise (<see cref="PachydermErrorKind.Forgotten"/>), or a call failed.</exception>
    public async Task<CommitView> FinishedAsync(string id, CancellationToken cancellation)
    {
        for (int slice = 1; ; slice++)
        {
            if (await repo.WaitFinishedAsync(id, Slice, cancellation).ConfigureAwait(false) is { } finished)
                return finished;
            LogStillWaiting(repo.Name, id, slice * (int)Slice.TotalSeconds);
            await RefuseHopelessAsync(id, cancellation).ConfigureAwait(false);
        }
    }

    // Pachyderm's finishing loop is serial: a commit FINISHING on a parent that is open, or whose data is lost, blocks every later one
    // of the repo, for ever.
    private async Task RefuseHopelessAsync(string id, CancellationToken cancellation)
    {
        CommitView commit = await repo.InspectAsync(id, cancellation).ConfigureAwait(false);
        if (await StuckCommit.FindAsync(repo, commit, cancellation).ConfigureAwait(false) is { } stuck)
            throw new SpoutConfigurationException($"{stuck}");
        while (commit is { IsOpen: false, IsFinished: false, Parent.Length: > 0 })
        {
            CommitView parent = await repo.InspectAsync(commit.Parent, cancellation).ConfigureAwait(false);
            // Reading a commit whose data is lost says so.
            if (parent.IsFinished && parent.Error.Length == 0)
                await repo.FindAsync(parent.Id, "/", cancellation).ConfigureAwait(false);
            commit = parent;
        }
    }

    [LoggerMessage(LogLevel.Information, "Still waiting for Pachyderm to finish {Repo}@{Commit} after {Seconds} s.")]
    private partial void LogStillWaiting(string repo, string commit, int seconds);
}
