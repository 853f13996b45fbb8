using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Spouts.Local.Core.Pipelines;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Pods;

/// <summary>The names, labels and annotations of a pipeline's objects.</summary>
internal static class PipelineNames
{
    public static string Controller(PipelineInfo info)
        => SpecRules.KubernetesName(info.Pipeline.Project.Name, info.Pipeline.Name, (long)info.Version);

    /// <summary>Not lowered, unlike the controller's: a real Kubernetes refuses the secret of a spout with capitals in its name.</summary>
    public static string Secret(Pipeline pipeline) => $"spout-pachctl-secret-{pipeline.Project.Name}-{pipeline.Name}";

    public static JsonObject Labels(PipelineInfo info) => With(info.Details.Metadata?.Labels, new()
    {
        ["app"] = "pipeline",
        ["suite"] = "pachyderm",
        ["component"] = "worker",
        ["pipelineName"] = info.Pipeline.Name,
        ["pipelineProject"] = info.Pipeline.Project.Name,
        ["pipelineVersion"] = Version(info),
    });

    public static JsonObject Annotations(PipelineInfo info, PodSettings settings) => With(info.Details.Metadata?.Annotations, new()
    {
        ["pipelineName"] = info.Pipeline.Name,
        ["pipelineProject"] = info.Pipeline.Project.Name,
        ["pachVersion"] = settings.PachVersion,
        ["pipelineVersion"] = Version(info),
        ["specCommit"] = info.SpecCommit.Id,
        ["authTokenHash"] = Hash(info.AuthToken),
    });

    // A spec's own labels and annotations never replace Pachyderm's.
    private static JsonObject With(IEnumerable<KeyValuePair<string, string>>? users, JsonObject own)
    {
        foreach ((string name, string value) in users ?? [])
            own.TryAdd(name, value);
        return own;
    }

    private static string Version(PipelineInfo info) => info.Version.ToString(CultureInfo.InvariantCulture);

    private static string Hash(string token)
        => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
