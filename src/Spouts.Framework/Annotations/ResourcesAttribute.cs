namespace Spouts;

/// <summary>
/// What the worker's container needs, and at most gets (<c>resourceRequests</c> and <c>resourceLimits</c> of the pipeline spec).
/// Whatever is not set is left to the cluster's defaults.
/// </summary>
/// <remarks>Quantities are Kubernetes': <c>"256Mi"</c> is 256 MiB, <c>"1G"</c> a billion bytes.</remarks>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ResourcesAttribute : Attribute
{
    /// <summary>Processors that are reserved, such as 0.5.</summary>
    public double Cpu { get; set; }

    /// <summary>Memory that is reserved.</summary>
    public string? Memory { get; set; }

    /// <summary>Disk space that is reserved.</summary>
    public string? Disk { get; set; }

    /// <summary>Processors at most; above it, the worker is slowed down.</summary>
    public double CpuLimit { get; set; }

    /// <summary>Memory at most; above it, the worker is killed, which costs nothing but time.</summary>
    public string? MemoryLimit { get; set; }

    /// <summary>Disk space at most.</summary>
    public string? DiskLimit { get; set; }
}
