using Spouts.Chaos.Processes;
using Spouts.Testing;

namespace Spouts.Chaos.Faults;

/// <summary>An administrator drops the head, and what is below it: data and cursor go back together.</summary>
internal sealed class DropCommit(int count = 1) : Fault
{
    public override string Class => "drop";

    public override IReadOnlyList<int> Exits => [ExitCodes.Fenced];

    public override async Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        for (int dropped = 0; dropped < count;)
        {
            SpoutCommit head = (await scene.Repo.ReadCommitsAsync(1, cancellation))[0];
            if (!await scene.Pipeline.DropAsync(head.Id, cancellation))
                continue;
            scene.Removals.Dropped.Add(head.Id);
            dropped++;
        }
    }
}
