using System.Text.Json;
using System.Text.Json.Serialization;

namespace Spouts.Local.Pods;

/// <summary>
/// What a cluster's installation puts into the pods of every pipeline: images, storage, database. Pachyderm reads it from
/// its own environment; here it is <c>pods.json</c> in the store, and these defaults where that file says nothing.
/// </summary>
internal sealed record PodSettings
{
    private const string FileName = "pods.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public string Namespace { get; init; } = "default";

    /// <summary>The version in the annotations; another one would make a cluster replace its pods.</summary>
    public string PachVersion { get; init; } = "2.12.0";

    public string InitImage { get; init; } = "pachyderm/worker:2.12.0";

    public string SidecarImage { get; init; } = "pachyderm/pachd:2.12.0";

    public string ImagePullPolicy { get; init; } = "IfNotPresent";

    public IReadOnlyList<string> ImagePullSecrets { get; init; } = [];

    public string ServiceAccount { get; init; } = "pachyderm-worker";

    public string EtcdPrefix { get; init; } = "pachyderm_pps";

    public string StorageRoot { get; init; } = "/pach";

    public string StorageBackend { get; init; } = "LOCAL";

    public string StorageUrl { get; init; } = "";

    public string PostgresUser { get; init; } = "pachyderm";

    public string PostgresDatabase { get; init; } = "pachyderm";

    public string PostgresSecret { get; init; } = "postgres";

    public string PostgresSecretKey { get; init; } = "postgresql-password";

    public string BouncerHost { get; init; } = "pg-bouncer";

    public int BouncerPort { get; init; } = 5432;

    public string LokiHost { get; init; } = "";

    public string LokiPort { get; init; } = "";

    public string DeterminedUrl { get; init; } = "";

    public string LogLevel { get; init; } = "info";

    /// <summary>The port of the workers' own gRPC.</summary>
    public int WorkerPort { get; init; } = 1080;

    /// <summary>The port at which a spout finds its sidecar.</summary>
    public int PeerPort { get; init; } = 1653;

    public int SidecarPort { get; init; } = 1650;

    public int S3GatewayPort { get; init; } = 1600;

    public int GarbageCollectionPercent { get; init; } = 100;

    /// <summary>The sidecar's <c>STORAGE_…</c> variables, in their order.</summary>
    public IReadOnlyList<PodVariable> SidecarStorage { get; init; } = [new("STORAGE_UPLOAD_CONCURRENCY_LIMIT", "100")];

    /// <summary>Where the sidecar finds root certificates; null: in its image.</summary>
    public string? CertificateDirectory { get; init; }

    public string CertificateSecret { get; init; } = "";

    /// <summary>Workers get security contexts.</summary>
    public bool SecurityContexts { get; init; } = true;

    /// <summary>Workers run as root, if they get security contexts.</summary>
    public bool WorkersAreRoot { get; init; }

    /// <summary>What the user's container requests when spec and defaults have neither requests nor limits.</summary>
    public string CpuRequest { get; init; } = "1";

    public string MemoryRequest { get; init; } = "256Mi";

    public string DiskRequest { get; init; } = "1Gi";

    /// <exception cref="InvalidDataException">The file is not what it should be.</exception>
    public static PodSettings Read(string state)
    {
        string path = Path.Combine(state, FileName);
        if (!File.Exists(path))
            return new PodSettings();
        try
        {
            return JsonSerializer.Deserialize<PodSettings>(File.ReadAllText(path), s_json) ?? new PodSettings();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message} Correct it, or remove it for the defaults.", e);
        }
    }
}
