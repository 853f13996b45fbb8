using System.Text.Json.Nodes;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Pods;

/// <summary>The volumes of a pod and where its containers mount them.</summary>
internal sealed class PodVolumes
{
    private const string StorageSecret = "pachyderm-storage-secret";
    private const string PachctlSecret = "pachyderm-pachctl-secret";

    public PodVolumes(PodSettings settings, PipelineInfo info)
    {
        foreach (SecretMount secret in info.Details.Transform.Secrets.Where(secret => secret.MountPath.Length > 0))
        {
            Volumes.Add(SecretVolume(secret.Name, secret.Name));
            Mount(secret.Name, secret.MountPath, Init, User);
        }

        Volumes.Add(Empty("pach-bin"));
        Mount("pach-bin", "/pach-bin", Init, User);
        Volumes.Add(Empty("pachyderm-worker", inMemory: info.Details.Transform.MemoryVolume));
        Mount("pachyderm-worker", "/pfs", Init, User);
        Volumes.Add(Empty("pach-dir-volume"));
        Mount("pach-dir-volume", settings.StorageRoot, User, Sidecar);
        Volumes.Add(Empty("user-tmp"));
        Mount("user-tmp", "/tmp", User);
        Volumes.Add(Empty("tmp"));
        Volumes.Add(SecretVolume(StorageSecret, StorageSecret));
        Mount(StorageSecret, "/" + StorageSecret, User, Sidecar);
        Mount("tmp", "/tmp", Sidecar);
        if (settings.CertificateDirectory is { } directory)
        {
            Volumes.Add(SecretVolume(settings.CertificateSecret, settings.CertificateSecret));
            Mount(settings.CertificateSecret, directory, Sidecar);
        }

        if (info.Details.Spout is null)
            return;
        Volumes.Add(SecretVolume(PachctlSecret, PipelineNames.Secret(info.Pipeline)));
        Mount(PachctlSecret, "/pachctl", User, Sidecar);
    }

    public JsonArray Volumes { get; } = [];

    /// <summary>The mounts of the container that brings the programs of the user's container.</summary>
    public JsonArray Init { get; } = [];

    public JsonArray User { get; } = [];

    public JsonArray Sidecar { get; } = [];

    private static void Mount(string volume, string path, params JsonArray[] containers)
    {
        foreach (JsonArray container in containers)
            container.Add(new JsonObject { ["name"] = volume, ["mountPath"] = path });
    }

    private static JsonObject Empty(string name, bool inMemory = false) => new()
    {
        ["name"] = name,
        ["emptyDir"] = inMemory ? new JsonObject { ["medium"] = "Memory" } : [],
    };

    private static JsonObject SecretVolume(string name, string secret) => new()
    {
        ["name"] = name,
        ["secret"] = secret.Length > 0 ? new JsonObject { ["secretName"] = secret } : [],
    };
}
