using System.Globalization;
using System.Text.Json.Nodes;
using Spouts.Local.Core.Pipelines;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Pods;

/// <summary>
/// The variables of a worker's two containers. Order matters: Kubernetes lets the last of two equal names win, and so
/// Pachyderm's own over a spec's.
/// </summary>
internal sealed class PodEnvironment(PodSettings settings, PipelineInfo info)
{
    /// <summary>The variables of the container that runs the user's program.</summary>
    public JsonArray User()
    {
        JsonArray list = [];
        Transform transform = info.Details.Transform;
        foreach ((string name, string value) in transform.Env.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            Add(list, name, value);
        foreach (SecretMount secret in transform.Secrets.Where(secret => secret.EnvVar.Length > 0))
            list.Add(Secret(secret.EnvVar, secret.Name, secret.Key));
        Add(list, "PACH_IN_WORKER", "true");
        list.Add(Field("PPS_WORKER_IP", "status.podIP"));
        Add(list, "PPS_ETCD_PREFIX", settings.EtcdPrefix);
        list.Add(Field("PPS_POD_NAME", "metadata.name"));
        Add(list, "PPS_WORKER_GRPC_PORT", Text(settings.WorkerPort));
        AddCommon(list);
        Add(list, "PACHYDERM_LOG_LEVEL", settings.LogLevel);
        AddGateway(list);
        if (info.Details.Determined is not null)
            AddDetermined(list);
        return list;
    }

    /// <summary>The variables of the container that is the pipeline's own pachd.</summary>
    public JsonArray Sidecar()
    {
        JsonArray list = [];
        Add(list, "PORT", Text(settings.SidecarPort));
        list.Add(Field("PACHD_POD_NAME", "metadata.name"));
        Add(list, "GC_PERCENT", Text(settings.GarbageCollectionPercent));
        Add(list, "PROMETHEUS_PORT", Text(PodPorts.SidecarMetrics));
        foreach (PodVariable variable in settings.SidecarStorage)
            Add(list, variable.Name, variable.Value);
        AddCommon(list);
        if (info.Details.Egress is { SqlDatabase.Secret: { } password })
            list.Add(Secret("PACHYDERM_SQL_PASSWORD", password.Name, password.Key));
        Add(list, "PACHYDERM_LOG_LEVEL", settings.LogLevel);
        AddGateway(list);
        if (settings.CertificateDirectory is { } directory)
            Add(list, "SSL_CERT_DIR", directory);
        foreach (PodVariable variable in PodResources.MemoryVariables(info.Details))
            Add(list, variable.Name, variable.Value);
        return list;
    }

    private void AddCommon(JsonArray list)
    {
        Add(list, "PACH_ROOT", settings.StorageRoot);
        Add(list, "PACH_NAMESPACE", settings.Namespace);
        Add(list, "STORAGE_BACKEND", settings.StorageBackend);
        Add(list, "STORAGE_URL", settings.StorageUrl);
        Add(list, "POSTGRES_USER", settings.PostgresUser);
        list.Add(Secret("POSTGRES_PASSWORD", settings.PostgresSecret, settings.PostgresSecretKey));
        Add(list, "POSTGRES_DATABASE", settings.PostgresDatabase);
        Add(list, "PG_BOUNCER_HOST", settings.BouncerHost);
        Add(list, "PG_BOUNCER_PORT", Text(settings.BouncerPort));
        Add(list, "PEER_PORT", Text(settings.PeerPort));
        Add(list, "PPS_SPEC_COMMIT", info.SpecCommit.Id);
        Add(list, "PPS_PROJECT_NAME", info.Pipeline.Project.Name);
        Add(list, "PPS_PIPELINE_NAME", info.Pipeline.Name);
        Add(list, "LOKI_SERVICE_HOST", settings.LokiHost);
        Add(list, "LOKI_SERVICE_PORT", settings.LokiPort);
        Add(list, "GOCOVERDIR", "/tmp");
        // Empty on purpose: Kubernetes would otherwise set them to the address of the service.
        Add(list, "POSTGRES_PORT", "");
        Add(list, "POSTGRES_HOST", "");
    }

    private void AddGateway(JsonArray list)
    {
        if (HasGateway(info))
            Add(list, "S3GATEWAY_PORT", Text(settings.S3GatewayPort));
    }

    private void AddDetermined(JsonArray list)
    {
        Add(list, "DET_MASTER_CERT_FILE", "noverify");
        Add(list, "DET_MASTER", settings.DeterminedUrl);
        Add(list, "DET_USER", $"{info.Pipeline.Project.Name}_{info.Pipeline.Name}");
        list.Add(Secret("DET_PASS", $"{info.Pipeline.Project.Name}-{info.Pipeline.Name}-det", "password"));
    }

    /// <summary>The sidecar serves S3 to the user's program.</summary>
    public static bool HasGateway(PipelineInfo info)
        => info.Details.S3Out || Inputs.All(info.Details.Input).Any(input => input.Pfs is { S3: true });

    private static void Add(JsonArray list, string name, string value)
    {
        JsonObject variable = new() { ["name"] = name };
        if (value.Length > 0)
            variable["value"] = value;
        list.Add(variable);
    }

    private static JsonObject Field(string name, string path) => new()
    {
        ["name"] = name,
        ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = path } },
    };

    private static JsonObject Secret(string name, string secret, string key)
    {
        JsonObject reference = new() { ["key"] = key };
        if (secret.Length > 0)
            reference["name"] = secret;
        return new() { ["name"] = name, ["valueFrom"] = new JsonObject { ["secretKeyRef"] = reference } };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
