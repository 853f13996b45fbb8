using Spouts.Pachyderm;

namespace Spouts.Commands;

/// <summary>Where a spout program works.</summary>
internal enum Target
{
    /// <summary>The sidecar of the worker that this process runs in.</summary>
    Worker,

    /// <summary>A local pachd of the program's own, with its state in the project's folder.</summary>
    Local,

    /// <summary>A cluster, seen from outside.</summary>
    Cluster,
}

/// <summary>
/// Chooses the target: a worker's environment wins, a cluster is only ever looked at when it was asked for by name, and everything
/// else is local. A pachctl config that happens to lie around is never read.
/// </summary>
internal static class Targets
{
    public const string AddressVariable = "PACHD_ADDRESS";

    /// <exception cref="SpoutConfigurationException">A cluster was asked for by a verb that only a worker may do there.</exception>
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
            : variable(AddressVariable) is { Length: > 0 } address ? $"{AddressVariable} ({address})"
            : null;
        if (cluster is null || options.Verb is Verb.Spec)
            return Target.Local;
        if (options.Verb is Verb.DryRun or Verb.State or Verb.StateLog or Verb.Schedule or Verb.Doctor)
            return Target.Cluster;
        throw new SpoutConfigurationException(
            $"A spout can write to the cluster of {cluster} only as a worker of its own pipeline: Pachyderm lets nobody else open commits on "
            + $"an output branch. Create the pipeline there with the generated spec ({Pachctl.CreatePipeline("NAME")}), or "
            + $"leave --context and {AddressVariable} out to run against the local pachd. To look at the cluster there are dry-run, state, schedule and doctor.");
    }
}
