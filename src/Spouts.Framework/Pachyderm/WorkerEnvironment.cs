using System.Globalization;

namespace Spouts.Pachyderm;

/// <summary>
/// Where a spout writes and as whom: what Pachyderm puts into the environment of a worker. It is read once, at the start; what
/// changes later never revives a process whose token was revoked. The rest of that environment holds database passwords and is
/// left alone.
/// </summary>
/// <param name="Project">The pipeline's project. The pachctl config's project is always "default" and is never read.</param>
/// <param name="Pipeline">The pipeline, which is also the name of its output repo.</param>
/// <param name="SpecCommit">The commit of the spec repo that this worker was made from: the pipeline's version.</param>
/// <param name="Sidecar">The address of the sidecar, the only door through which an output branch takes commits.</param>
/// <param name="Token">The pipeline's token; null where auth is off.</param>
internal sealed record WorkerEnvironment(string Project, string Pipeline, string SpecCommit, Uri Sidecar, string? Token)
{
    /// <summary>The variable that says whether this process runs in a worker.</summary>
    public const string Marker = "PACH_IN_WORKER";

    private const string MountedConfig = "/pachctl/config.json";

    /// <exception cref="SpoutConfigurationException">A variable is missing or unusable.</exception>
    public static WorkerEnvironment From(Func<string, string?> variable)
    {
        string port = Required(variable, "PEER_PORT");
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
            throw new SpoutConfigurationException($"PEER_PORT is '{port}', but it must be the sidecar's port, such as 1653.");
        return new(
            Required(variable, "PPS_PROJECT_NAME"),
            Required(variable, "PPS_PIPELINE_NAME"),
            Required(variable, "PPS_SPEC_COMMIT"),
            new UriBuilder(Uri.UriSchemeHttp, "localhost", number).Uri,
            ReadToken(variable("PACH_CONFIG")));
    }

    private static string Required(Func<string, string?> variable, string name) =>
        variable(name) is { Length: > 0 } value
            ? value
            : throw new SpoutConfigurationException(
                $"{Marker} says that this process runs in a Pachyderm worker, but {name} is not set. "
                + "Let Pachyderm (or the local pachd) start the program, or unset the variable to run it elsewhere.");

    private static string? ReadToken(string? path)
    {
        if (path is null && !File.Exists(MountedConfig))
            return null;
        PachConfig config = PachConfig.Read(path ?? MountedConfig, $"In a worker PACH_CONFIG names it, else it is {MountedConfig}.");
        return config.Context(config.Active).Token;
    }
}
