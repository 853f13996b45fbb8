using System.Collections.Immutable;

namespace Spouts.Generators.Grammar;

/// <summary>What of a worker's pod Pachyderm has taken for itself.</summary>
internal static class WorkerPod
{
    private static readonly ImmutableHashSet<int> Ports = [1080, 1600, 1653, 9090, 9091];

    private static readonly ImmutableHashSet<string> Labels =
        ["app", "suite", "component", "pipelineName", "pipelineProject", "pipelineVersion"];

    private static readonly ImmutableHashSet<string> Annotations =
        ["pipelineName", "pipelineProject", "pachVersion", "pipelineVersion", "specCommit", "authTokenHash"];

    private static readonly ImmutableHashSet<string> Folders =
        ["/", "/pach-bin", "/pfs", "/pach", "/tmp", "/pachyderm-storage-secret", "/pachctl"];

    /// <summary>Set by Pachyderm after what a spec sets, so that Pachyderm's value wins; and where pachd and etcd are found.</summary>
    private static readonly ImmutableHashSet<string> Variables =
    [
        "PACH_IN_WORKER", "PACH_NAMESPACE", "PACH_ROOT", "PACH_CONFIG", "PEER_PORT",
        "PPS_PROJECT_NAME", "PPS_PIPELINE_NAME", "PPS_SPEC_COMMIT", "PPS_WORKER_IP", "PPS_POD_NAME", "PPS_WORKER_GRPC_PORT", "PPS_ETCD_PREFIX",
        "STORAGE_BACKEND", "STORAGE_URL",
        "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DATABASE", "POSTGRES_HOST", "POSTGRES_PORT", "PG_BOUNCER_HOST", "PG_BOUNCER_PORT",
        "LOKI_SERVICE_HOST", "LOKI_SERVICE_PORT", "LOKI_LOGGING", "GOCOVERDIR", "GOOGLE_CLOUD_PROFILER_PROJECT",
        "PACHYDERM_LOG_LEVEL", "PACHYDERM_DEVELOPMENT_LOGGER", "PACHYDERM_DISABLE_LOG_SAMPLING", "DISABLE_COMMIT_PROGRESS_COUNTER",
        "S3GATEWAY_PORT", "DET_USER", "DET_PASS", "PATH",
        "PACHD_SERVICE_HOST", "PACHD_SERVICE_PORT", "PACHD_PEER_SERVICE_HOST", "PACHD_PEER_SERVICE_PORT", "ETCD_SERVICE_HOST", "ETCD_SERVICE_PORT",
    ];

    public static bool HasPort(int port) => Ports.Contains(port);

    public static bool HasLabel(string key) => Labels.Contains(key);

    public static bool HasAnnotation(string key) => Annotations.Contains(key);

    public static bool HasFolder(string path) => Folders.Contains(path);

    public static bool HasVariable(string name) => Variables.Contains(name) || name.StartsWith("DET_MASTER", StringComparison.Ordinal);
}
