using Spouts.Build.Manifests;

namespace Spouts.Build.Rules;

/// <summary>The service of a spout that listens, and how many workers there are behind it.</summary>
internal static class ServiceRules
{
    private const int HighestPort = 65535;
    private const int LowestNodePort = 30000, HighestNodePort = 32767;

    /// <summary>Where the worker and its sidecar listen, in the same pod.</summary>
    private static readonly int[] Taken = [1080, 1600, 1653, 9090, 9091];

    private static readonly string[] Types = ["ClusterIP", "LoadBalancer", "NodePort"];

    public static void Check(ManifestSpout spout, string projectFile)
    {
        if (spout.Parallelism < 1)
        {
            throw new BuildError(
                ErrorCodes.IllegalParallelism, projectFile, $"The spout '{spout.Name}' cannot have {spout.Parallelism} workers: at least one runs.");
        }

        if (spout.Service is not { } service)
            return;
        if (spout.Parallelism > 1)
        {
            throw new BuildError(
                ErrorCodes.IllegalParallelism, projectFile,
                $"The spout '{spout.Name}' cannot have {spout.Parallelism} workers: it listens, only one of them would, and its service sends to all.");
        }

        if (Mistake(service) is { } mistake)
            throw new BuildError(ErrorCodes.IllegalService, projectFile, $"The spout '{spout.Name}' cannot have this service: {mistake}");
    }

    private static string? Mistake(ManifestService service)
    {
        if (service.Port is < 1 or > HighestPort)
            return $"there is no port {service.Port}.";
        if (Taken.Contains(service.Port))
            return $"Pachyderm itself has taken the port {service.Port} of the pod, and {string.Join(", ", Taken.Where(port => port != service.Port))} too.";
        if (!Types.Contains(service.Type))
            return $"its type is one of {string.Join(", ", Types)}, and not '{service.Type}'.";
        if (service.Type == "NodePort" && service.ExternalPort is < LowestNodePort or > HighestNodePort)
            return $"with NodePort its external port is one from {LowestNodePort} to {HighestNodePort}, and not {service.ExternalPort}.";
        return service.ExternalPort is < 1 or > HighestPort ? $"there is no port {service.ExternalPort}." : null;
    }
}
