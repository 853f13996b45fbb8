using System.Text.Json;
using Spouts.Local.Core.Metadata;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>What a pipeline's spec may not say.</summary>
internal static class SpecRules
{
    private const int LongestName = 51;
    private const int LongestKubernetesName = 63;

    /// <summary>Rules of the effective spec, which a dry run checks too.</summary>
    public static void CheckEffective(CreatePipelineRequest spec)
    {
        if (spec.TfJob is not null)
            throw new PachException("embedding TFJobs in pipelines is not supported yet");
        if (spec.ReprocessSpec is not ("" or "until_success" or "every_job"))
            throw new PachException("invalid pipeline spec: ReprocessSpec must be one of \"until_success\" or \"every_job\"");
        List<string> tolerations = [];
        for (int i = 0; i < spec.Tolerations.Count; i++)
        {
            if (spec.Tolerations[i].Operator == TolerationOperator.Empty)
            {
                tolerations.Add(
                    $"toleration {i + 1}/{spec.Tolerations.Count}: cannot omit key/value comparison operator; specify EQUAL or EXISTS");
            }
        }

        if (tolerations.Count > 0)
            throw new PachException(string.Join('\n', tolerations));
        CheckJson(spec.PodSpec, "malformed PodSpec");
        CheckJson(spec.PodPatch, "malformed PodPatch");
        if (spec.Service is { Type: not ("" or "ClusterIP" or "LoadBalancer" or "NodePort") } service)
            throw new PachException($"the following service type {service.Type} is not allowed");
    }

    /// <summary>Rules of a pipeline that is really to be made.</summary>
    public static void CheckRequest(CreatePipelineRequest spec)
    {
        if (spec.Pipeline.Name.Length == 0)
            throw new PachException("invalid pipeline spec: request.Pipeline.Name cannot be empty");
        string name = spec.Pipeline.Name;
        PachException.Within("invalid pipeline name", () => Names.Check(name));
        if (name.Length > LongestName)
            throw new PachException($"pipeline name \"{name}\" is {name.Length - LongestName} characters longer than the {LongestName} max");
        string kubernetes = KubernetesName(spec.Pipeline.Project.Name, name, 99);
        if (kubernetes.Length > LongestKubernetesName)
        {
            throw new PachException(
                $"Kubernetes name \"{kubernetes}\" is {kubernetes.Length - LongestKubernetesName} characters longer than the {LongestKubernetesName} max");
        }

        if (spec.S3Out && (spec.Service is not null || spec.Spout is not null))
            throw new PachException("s3 output is not supported in spouts or services");
        if (spec.Transform is null)
            throw new PachException("pipeline must specify a transform");
        if (spec.Spout is not null && spec.Autoscaling)
            throw new PachException("autoscaling can't be used with spouts (spouts aren't triggered externally)");
        if (!char.IsAsciiLetterOrDigit(name[0]))
            throw new PachException("pipeline names must start with an alphanumeric character");
        Inputs.Check(spec.Input);
        if (spec.Egress is { SqlDatabase: { Secret: null } })
            throw new PachException("egress.sql_database.secret is required");
        if (spec.Service is not null && spec.ParallelismSpec is { Constant: not 1 })
            throw new PachException("services can only be run with a constant parallelism of 1");
        if (spec.Spout is { Service: null } && spec.Input is not null)
            throw new PachException("spout pipelines (without a service) must not have an input");
    }

    /// <summary>The name of the pods' controller in a cluster.</summary>
    public static string KubernetesName(string project, string name, long version)
        => $"{project}-{name}-v{version}".Replace('_', '-').ToLowerInvariant();

    private static void CheckJson(string json, string error)
    {
        if (json.Length == 0)
            return;
        try
        {
            using JsonDocument valid = JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            throw new PachException(error);
        }
    }
}
