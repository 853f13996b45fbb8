using Spouts.Chaos.Processes;
using Spouts.Testing;

namespace Spouts.Chaos.Faults;

/// <summary>An administrator squashes commits below the head into their children.</summary>
internal sealed class SquashCommit(int count = 1) : Fault
{
    private const int Depth = 12;

    public override string Class => "squash";

    public override IReadOnlyList<int> Exits => [ExitCodes.Fenced];

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        for (int squashed = 0; squashed < count; squashed++)
        {
            IReadOnlyList<SpoutCommit> commits = await scene.Repo.ReadCommitsAsync(Depth, cancellation);
            await scene.SquashAsync(commits[scene.Random.Next(Math.Min(2, commits.Count - 1), commits.Count)].Id, cancellation);
        }
    }
}
