namespace Spouts.Local.Pods;

/// <summary>Ports that Pachyderm fixes; a spout that listens keeps off them.</summary>
internal static class PodPorts
{
    public const int WorkerMetrics = 9090;

    public const int SidecarMetrics = 9091;
}
