using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;
using Spouts.Testing;

namespace Spouts.Chaos.Faults;

/// <summary>An administrator squashes commits below the head into their children.</summary>
/// <param name="count">How many, one after the other.</param>
/// <param name="at">The call before which it happens, when the batch is staged and its commit is not confirmed to stand where it should; null: at any instant.</param>
internal sealed class SquashCommit(int count = 1, Boundary? at = null) : Fault
{
    private const int Depth = 12;

    // The head, the commit below it, and one with a finished child.
    private const int Fewest = 4;

    public override string Class => "squash";

    public override IReadOnlyList<int> Exits => [ExitCodes.Fenced];

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        if ((await scene.Repo.ReadCommitsAsync(Fewest, cancellation)).Count < Fewest)
            await scene.Leader.CommitAsync(Fewest, cancellation);
        CallFault? held = at is null ? null : await scene.Leader.MeetAsync(at, CallBreak.HeldRequest);
        for (int squashed = 0; squashed < count; squashed++)
        {
            IReadOnlyList<SpoutCommit> commits = await scene.Repo.ReadCommitsAsync(Depth, cancellation);
            await scene.SquashAsync(commits[scene.Random.Next(Math.Min(2, commits.Count - 1), commits.Count)].Id, cancellation);
        }

        if (held is null)
            return;
        held.Release();
        await scene.SettleAsync(Exits, cancellation);
    }

    public override string ToString() => at is null ? Class : $"{Class} ({at})";
}
