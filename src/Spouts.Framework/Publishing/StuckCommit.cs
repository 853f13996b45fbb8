using Spouts.Pachyderm;

namespace Spouts.Publishing;

/// <summary>
/// A commit that was finished while its parent was open: Pachyderm can finish neither, and the repo takes no more commits until the later
/// one is dropped.
/// </summary>
/// <param name="What">What is so, as a sentence without its full stop.</param>
/// <param name="Repair">The command that an administrator repairs it with.</param>
internal sealed record StuckCommit(string What, string Repair)
{
    /// <summary>Looks for one from a commit down to the first one that is FINISHED.</summary>
    /// <returns>Null where there is none.</returns>
    public static async Task<StuckCommit?> FindAsync(OutputRepo repo, CommitView from, CancellationToken cancellation)
    {
        for (CommitView commit = from; commit is { IsFinished: false, Parent.Length: > 0 };)
        {
            CommitView parent = await repo.InspectAsync(commit.Parent, cancellation).ConfigureAwait(false);
            if (!commit.IsOpen && parent.IsOpen)
                return await OfAsync(repo, commit.Id, parent.Id, cancellation).ConfigureAwait(false);
            commit = parent;
        }

        return null;
    }

    // Pachyderm drops no commit that has children, so whatever stands above it goes first.
    private static async Task<StuckCommit> OfAsync(OutputRepo repo, string commit, string parent, CancellationToken cancellation)
    {
        List<string> dropped = [];
        for (string id = await repo.HeadAsync(cancellation).ConfigureAwait(false); id.Length > 0 && id != commit;)
        {
            dropped.Add(id);
            id = (await repo.InspectAsync(id, cancellation).ConfigureAwait(false)).Parent;
        }

        return new(
            $"The commit {repo.Name}@{commit} was finished while its parent {parent} is open; Pachyderm can finish neither, and the repo takes no more commits",
            Pachctl.DropCommits(repo.Project, repo.Pipeline, [.. dropped, commit]));
    }

    public override string ToString() => $"{What}. An administrator repairs it with: {Repair}";
}
