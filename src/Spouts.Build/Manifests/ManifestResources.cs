namespace Spouts.Build.Manifests;

/// <summary>What a worker is guaranteed, and what it may take at most; quantities as Kubernetes writes them.</summary>
internal sealed class ManifestResources
{
    public double? Cpu { get; set; }

    public string? Memory { get; set; }

    public string? Disk { get; set; }

    public double? CpuLimit { get; set; }

    public string? MemoryLimit { get; set; }

    public string? DiskLimit { get; set; }
}
