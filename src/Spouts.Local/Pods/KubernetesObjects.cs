using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Pods;

/// <summary>
/// The objects that Pachyderm would have made in Kubernetes of the pipelines as they stand. Nothing is kept: an object
/// follows from its pipeline's newest version, so an update replaces them all, and a deletion takes them away.
/// </summary>
internal sealed class KubernetesObjects(PodSettings settings)
{
    public const string Controllers = "rcs";
    public const string Services = "services";
    public const string Secrets = "secrets";

    /// <summary>What an administrator reads is not embedded in a page: only what JSON itself demands is escaped.</summary>
    public static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object, as the Kubernetes API would answer it; null: there is none.</summary>
    public JsonObject? Find(Tx tx, string kind, string name)
    {
        if (kind is not (Controllers or Services or Secrets))
            throw new PachException(ErrorKind.InvalidArgument, $"\"{kind}\" is no kind of object here: ask for {Controllers}, {Services} or {Secrets}");
        if (kind == Secrets && Core.Pipelines.Secrets.Read(tx, name) is { } users)
            return Kept(users);
        // A failed pipeline's objects are taken away, and one that shares its controller's name with another never has its own.
        return tx.Pipelines()
            .Where(row => (PipelineState)row.State != PipelineState.PipelineFailure)
            .Where(row => kind == Secrets || (PipelineState)row.State != PipelineState.PipelineRestarting)
            .Select(row => WithToken(PipelineStore.Current(tx, row), row))
            .Select(info => kind switch
            {
                Controllers => name == PipelineNames.Controller(info) ? Controller(info) : null,
                Services => Service(info, name),
                _ => info.Details.Spout is not null && name == PipelineNames.Secret(info.Pipeline) ? PachctlSecret(info) : null,
            })
            .FirstOrDefault(found => found is not null);
    }

    // What Kubernetes adds to an object when it takes it in.
    private JsonObject Kept(JsonObject secret)
    {
        JsonObject metadata = secret["metadata"]!.AsObject();
        metadata["namespace"] = settings.Namespace;
        metadata["creationTimestamp"] = null;
        return secret;
    }

    // The token belongs to the pipeline as it stands, not to any version of it.
    private static PipelineInfo WithToken(PipelineInfo info, PipelineRow row)
    {
        info.AuthToken = row.AuthToken ?? "";
        return info;
    }

    /// <summary>A pod of the pipeline, without what only its controller would fill in: a name of its own and a node.</summary>
    public JsonObject Pod(PipelineInfo info) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = Metadata(info, PipelineNames.Controller(info), PipelineNames.Annotations(info, settings)),
        ["spec"] = new PodSpec(settings, info).Build(),
    };

    /// <summary>Makes a pod to see whether it can be made.</summary>
    /// <exception cref="PachException">It cannot.</exception>
    public void Try(PipelineInfo info) => new PodSpec(settings, info).Build();

    private JsonObject Controller(PipelineInfo info)
    {
        string name = PipelineNames.Controller(info);
        JsonObject template = Metadata(info, name, PipelineNames.Annotations(info, settings));
        template.Remove("namespace");
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ReplicationController",
            ["metadata"] = Metadata(info, name, PipelineNames.Annotations(info, settings)),
            ["spec"] = new JsonObject
            {
                ["replicas"] = info.Stopped ? 0 : (long)info.Parallelism,
                ["selector"] = PipelineNames.Labels(info),
                ["template"] = new JsonObject { ["metadata"] = template, ["spec"] = new PodSpec(settings, info).Build() },
            },
            ["status"] = new JsonObject { ["replicas"] = 0 },
        };
    }

    private JsonObject? Service(PipelineInfo info, string name)
    {
        string controller = PipelineNames.Controller(info);
        if (name == controller)
        {
            return Service(
                Metadata(info, name, new JsonObject
                {
                    ["prometheus.io/scrape"] = "true",
                    ["prometheus.io/port"] = $"{PodPorts.WorkerMetrics}",
                    ["pachyderm.io/multiscrape"] = "true",
                }),
                new JsonObject
                {
                    ["ports"] = new JsonArray(
                        Port("grpc-port", settings.WorkerPort, 0),
                        Port("prom-metrics", PodPorts.WorkerMetrics, 0),
                        Port("metrics-storage", PodPorts.SidecarMetrics, 0)),
                    ["selector"] = PipelineNames.Labels(info),
                    ["clusterIP"] = "None",
                });
        }

        if (name != controller + "-user" || (info.Details.Spout?.Service ?? info.Details.Service) is not { } service)
            return null;
        JsonObject port = Port("user-port", service.ExternalPort, service.InternalPort);
        if (service is { Type: "NodePort", ExternalPort: not 0 })
            port["nodePort"] = service.ExternalPort;
        return Service(
            Metadata(info, name, PipelineNames.Annotations(info, settings)),
            new JsonObject { ["ports"] = new JsonArray(port), ["selector"] = PipelineNames.Labels(info), ["type"] = service.Type });
    }

    private static JsonObject Service(JsonObject metadata, JsonObject spec) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = metadata,
        ["spec"] = spec,
        ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() },
    };

    private static JsonObject Port(string name, int port, int target) => new() { ["name"] = name, ["port"] = port, ["targetPort"] = target };

    private JsonObject PachctlSecret(PipelineInfo info)
    {
        // The project in it is "default" whatever the pipeline's is, and the port the usual one whatever PEER_PORT says.
        JsonObject context = new() { ["pachd_address"] = "localhost:1653" };
        if (info.AuthToken.Length > 0)
            context["session_token"] = info.AuthToken;
        context["project"] = Names.DefaultProject;
        JsonObject config = new()
        {
            ["v2"] = new JsonObject
            {
                ["active_context"] = "default",
                ["contexts"] = new JsonObject { ["default"] = context },
                ["metrics"] = true,
            },
        };
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject
            {
                ["name"] = PipelineNames.Secret(info.Pipeline),
                ["namespace"] = settings.Namespace,
                ["creationTimestamp"] = null,
                ["labels"] = new JsonObject
                {
                    ["app"] = "spout",
                    ["component"] = "worker",
                    ["suite"] = "pachyderm",
                    ["pipelineName"] = info.Pipeline.Name,
                    ["pipelineProject"] = info.Pipeline.Project.Name,
                },
            },
            ["data"] = new JsonObject { ["config.json"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(config.ToJsonString(Indented))) },
        };
    }

    private JsonObject Metadata(PipelineInfo info, string name, JsonObject annotations) => new()
    {
        ["name"] = name,
        ["namespace"] = settings.Namespace,
        ["creationTimestamp"] = null,
        ["labels"] = PipelineNames.Labels(info),
        ["annotations"] = annotations,
    };
}
