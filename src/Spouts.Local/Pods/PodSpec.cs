using System.Globalization;
using System.Text.Json.Nodes;
using Spouts.Local.Core.Pipelines;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Pods;

/// <summary>What the pods of a pipeline are made of, before and after the spec's patches.</summary>
internal sealed class PodSpec(PodSettings settings, PipelineInfo info)
{
    /// <summary>The name of the container that runs the user's program.</summary>
    public const string UserContainer = "user";

    private const int User = 1000;

    /// <exception cref="Core.PachException">A patch cannot be applied, or leaves no pod.</exception>
    public JsonObject Build()
    {
        JsonObject pod = Unpatched();
        return info.Details is { PodSpec: "", PodPatch: "" } ? pod : PodPatches.Apply(pod, info.Details.PodSpec, info.Details.PodPatch);
    }

    private JsonObject Unpatched()
    {
        PodVolumes volumes = new(settings, info);
        PodResources resources = PodResources.OfUser(info.Details, settings);
        JsonObject pod = new()
        {
            ["volumes"] = volumes.Volumes,
            ["initContainers"] = new JsonArray(InitContainer(volumes.Init, PodResources.OfInit(resources))),
            ["containers"] = new JsonArray(UsersContainer(volumes.User, resources), Sidecar(volumes.Sidecar)),
            ["restartPolicy"] = "Always",
            // Workers are killed, not asked: nothing in a spout can rely on being told to stop.
            ["terminationGracePeriodSeconds"] = 0,
            ["serviceAccountName"] = settings.ServiceAccount,
            ["automountServiceAccountToken"] = true,
        };
        if (PodSecurity() is { } security)
            pod["securityContext"] = security;
        JsonArray pullSecrets = [.. info.Details.Transform.ImagePullSecrets.Concat(settings.ImagePullSecrets)
            .Select(name => name.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = name })];
        if (pullSecrets.Count > 0)
            pod["imagePullSecrets"] = pullSecrets;
        if (info.Details.Tolerations.Count > 0)
            pod["tolerations"] = new JsonArray([.. info.Details.Tolerations.Select(Toleration)]);
        Schedule(pod, info.Details.SchedulingSpec);
        return pod;
    }

    private JsonObject InitContainer(JsonArray mounts, PodResources resources)
    {
        JsonObject container = new()
        {
            ["name"] = "init",
            ["image"] = settings.InitImage,
            ["command"] = new JsonArray("/app/init"),
            ["resources"] = resources.ToJson(),
            ["volumeMounts"] = mounts,
            ["imagePullPolicy"] = settings.ImagePullPolicy,
        };
        return Secured(container, PachydermSecurity());
    }

    private JsonObject UsersContainer(JsonArray mounts, PodResources resources)
    {
        JsonObject container = new()
        {
            ["name"] = UserContainer,
            ["image"] = info.Details.Transform.Image,
            // Whatever the image's own entry point is, the worker takes its place and runs transform.cmd.
            ["command"] = new JsonArray("/pach-bin/dumb-init", "--", "/pach-bin/worker"),
            ["ports"] = new JsonArray(Port("metrics-user", PodPorts.WorkerMetrics)),
            ["env"] = new PodEnvironment(settings, info).User(),
            ["resources"] = resources.ToJson(),
            ["volumeMounts"] = mounts,
            ["imagePullPolicy"] = settings.ImagePullPolicy,
        };
        return Secured(container, UserSecurity());
    }

    private JsonObject Sidecar(JsonArray mounts)
    {
        JsonArray ports = [Port("metrics-storage", PodPorts.SidecarMetrics)];
        if (PodEnvironment.HasGateway(info))
            ports.Add(new JsonObject { ["containerPort"] = settings.S3GatewayPort });
        JsonObject container = new()
        {
            ["name"] = "storage",
            ["image"] = settings.SidecarImage,
            ["command"] = new JsonArray("/pachd", "--mode", "sidecar"),
            ["ports"] = ports,
            ["envFrom"] = new JsonArray(new JsonObject { ["secretRef"] = new JsonObject { ["name"] = "pachyderm-storage-secret" } }),
            ["env"] = new PodEnvironment(settings, info).Sidecar(),
            ["resources"] = PodResources.OfSidecar(info.Details).ToJson(),
            ["volumeMounts"] = mounts,
            ["imagePullPolicy"] = settings.ImagePullPolicy,
        };
        return Secured(container, PachydermSecurity());
    }

    private static JsonObject Port(string name, int port) => new() { ["name"] = name, ["containerPort"] = port };

    private static JsonObject Secured(JsonObject container, JsonObject? security)
    {
        if (security is not null)
            container["securityContext"] = security;
        return container;
    }

    private JsonObject? PachydermSecurity()
        => !settings.SecurityContexts ? null : settings.WorkersAreRoot ? new JsonObject { ["runAsUser"] = 0 } : Confined(User);

    private JsonObject? UserSecurity()
        => !settings.SecurityContexts ? null
            : settings.WorkersAreRoot ? new JsonObject { ["runAsUser"] = 0 }
            : UserNumber() is { } user ? Confined(user) : null;

    private JsonObject? PodSecurity()
        => settings is { SecurityContexts: true, WorkersAreRoot: false } && UserNumber() is { } user
            ? new JsonObject
            {
                ["runAsUser"] = user,
                ["runAsGroup"] = user,
                ["runAsNonRoot"] = true,
                ["fsGroup"] = user,
                ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
            }
            : null;

    // A user by name is the worker's business: it looks him up in the image.
    private long? UserNumber()
        => long.TryParse(info.Details.Transform.User, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long user) ? user : null;

    private static JsonObject Confined(long user) => new()
    {
        ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("all") },
        ["runAsUser"] = user,
        ["runAsGroup"] = user,
        ["readOnlyRootFilesystem"] = true,
        ["allowPrivilegeEscalation"] = false,
    };

    private static JsonObject Toleration(Toleration toleration)
    {
        JsonObject json = [];
        if (toleration.Key.Length > 0)
            json["key"] = toleration.Key;
        if (toleration.Operator is TolerationOperator.Exists or TolerationOperator.Equal)
            json["operator"] = toleration.Operator == TolerationOperator.Exists ? "Exists" : "Equal";
        if (toleration.Value.Length > 0)
            json["value"] = toleration.Value;
        string? effect = toleration.Effect switch
        {
            TaintEffect.NoSchedule => "NoSchedule",
            TaintEffect.PreferNoSchedule => "PreferNoSchedule",
            TaintEffect.NoExecute => "NoExecute",
            _ => null,
        };
        if (effect is not null)
            json["effect"] = effect;
        if (toleration.TolerationSeconds is { } seconds)
            json["tolerationSeconds"] = seconds;
        return json;
    }

    private static void Schedule(JsonObject pod, SchedulingSpec? scheduling)
    {
        if (scheduling?.NodeSelector.Count > 0)
            pod["nodeSelector"] = new JsonObject(scheduling.NodeSelector.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        if (scheduling?.PriorityClassName.Length > 0)
            pod["priorityClassName"] = scheduling.PriorityClassName;
    }
}
