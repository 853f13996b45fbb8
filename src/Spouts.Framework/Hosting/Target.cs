using Spouts.Pachyderm;

namespace Spouts.Hosting;

/// <summary>Where a spout program writes.</summary>
internal enum Target
{
    /// <summary>The sidecar of the worker that this process runs in.</summary>
    Worker,

    /// <summary>A local pachd of the program's own, with its state in the project's folder.</summary>
    Local,
}

/// <summary>
/// Chooses the target: a worker's environment wins, a cluster is only ever looked at when it was asked for by name, and everything
/// else is local. A pachctl config that happens to lie around is never read.
/// </summary>
internal static class Targets
{
    /// <exception cref="SpoutConfigurationException">A cluster was asked for; from outside nobody may write there.</exception>
    public static Target Choose(Func<string, string?> variable, ProgramOptions options)
    {
        bool inWorker = variable(WorkerEnvironment.Marker) is { Length: > 0 } marker
            && !string.Equals(marker, "false", StringComparison.OrdinalIgnoreCase);
        if (inWorker)
        {
            return options.Context is null
                ? Target.Worker
                : throw new SpoutConfigurationException("--context has no meaning in a worker: it writes to its own pipeline only. Leave it out.");
        }

        string? cluster = options.Context is { } context ? $"the context '{context}'"
            : variable("PACHD_ADDRESS") is { Length: > 0 } address ? $"PACHD_ADDRESS ({address})"
            : null;
        if (cluster is null)
            return Target.Local;
        throw new SpoutConfigurationException(
            $"A spout can write to the cluster of {cluster} only as a worker of its own pipeline: Pachyderm lets nobody else open commits on "
            + "an output branch. Create the pipeline there with the generated spec (pachctl create pipeline -f spouts/NAME/pipeline.json), or "
            + "leave --context and PACHD_ADDRESS out to run against the local pachd.");
    }
}
