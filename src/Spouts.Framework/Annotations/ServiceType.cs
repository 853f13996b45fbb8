namespace Spouts;

/// <summary>Where a spout's Kubernetes service can be reached from.</summary>
public enum ServiceType
{
    /// <summary>From inside the cluster.</summary>
    ClusterIP,

    /// <summary>On that port of each node of the cluster. Pachyderm's own default.</summary>
    NodePort,

    /// <summary>From outside, through a load balancer of the cloud.</summary>
    LoadBalancer,
}
