using System.Globalization;
using System.Text.Json.Nodes;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Pods;

/// <summary>
/// The variables of a worker on this machine: those of the pod's user container, patches included, with what Kubernetes would
/// fill in. Only the sidecar's port and the path of its configuration are this machine's own.
/// </summary>
internal sealed class WorkerVariables(Pachd pachd, KubernetesObjects objects, WorkerConfigs configs)
{
    private const string Host = "127.0.0.1";

    /// <summary>A later variable replaces an earlier one of its name, as in a container.</summary>
    /// <param name="port">The port of the pipeline's sidecar door.</param>
    /// <param name="pod">The name of the pod that there would be.</param>
    /// <exception cref="PachException">A secret is missing, so that no pod would start either.</exception>
    public Dictionary<string, string> Of(PipelineInfo info, int port, string pod)
    {
        Dictionary<string, string> variables = pachd.Read(tx =>
        {
            Dictionary<string, string> found = [];
            foreach (JsonNode? variable in Declared(info))
                found[Text(variable!["name"])] = Value(tx, info, variable, pod);
            return found;
        });
        variables["PEER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        variables["PACH_CONFIG"] = configs.PathOf(info.Pipeline.Project.Name, info.Pipeline.Name);
        return variables;
    }

    private JsonArray Declared(PipelineInfo info)
    {
        JsonArray containers = objects.Pod(info)["spec"]!["containers"]!.AsArray();
        JsonNode? user = containers.FirstOrDefault(container => Text(container!["name"]) == PodSpec.UserContainer);
        return user?["env"]?.AsArray() ?? [];
    }

    private static string Value(Tx tx, PipelineInfo info, JsonNode variable, string pod)
    {
        if (variable["valueFrom"] is not { } source)
            return Text(variable["value"]);
        if (source["secretKeyRef"] is { } key)
            return Secret(tx, info, Text(key["name"]), Text(key["key"]));
        return Text(source["fieldRef"]?["fieldPath"]) switch
        {
            "metadata.name" => pod,
            "status.podIP" or "status.hostIP" => Host,
            _ => "",
        };
    }

    // A secret of the spec's has to be there. One of the installation's is not kept here: nothing here has a password.
    private static string Secret(Tx tx, PipelineInfo info, string name, string key)
        => Secrets.Value(tx, name, key) is { } value ? value
            : !info.Details.Transform.Secrets.Any(mount => mount.Name == name) ? ""
            : throw new PachException(ErrorKind.FailedPrecondition, $"key {key} of secret {name} is gone: create the secret again");

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";
}
