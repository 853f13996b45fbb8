using Spouts.Chaos.Audits;
using Spouts.Chaos.Processes;
using Spouts.Ledgers;
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
        for (int squashed = 0; squashed < count;)
        {
            IReadOnlyList<SpoutCommit> commits = await scene.Repo.ReadCommitsAsync(Depth, cancellation);
            SpoutCommit commit = commits[scene.Random.Next(Math.Min(2, commits.Count - 1), commits.Count)];
            CommitDescription? description = CommitDescription.Parse(commit.Description, commit.Id);
            Ledger? carried = await RepoAudit.CarriedAsync(scene.Repo, commit, description, scene.Removals, cancellation);
            if (!await scene.Pipeline.SquashAsync(commit.Id, cancellation))
                continue;
            scene.Removals.Squashed.Add(commit.Id, carried?.Number ?? 0);
            squashed++;
        }
    }
}
