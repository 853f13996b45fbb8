using Spouts.Chaos.Processes;

namespace Spouts.Chaos.Faults;

internal sealed class KillPachd : Fault
{
    public override string Class => "SIGKILL of pachd";

    public override Task StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        scene.Cluster.Kill();
        return scene.Cluster.RestartAsync(cancellation);
    }
}
