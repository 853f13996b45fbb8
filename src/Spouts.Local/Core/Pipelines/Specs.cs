using System.Text.Json.Nodes;
using Google.Protobuf;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>
/// Makes a pipeline's effective spec: built-in defaults, under the cluster's, under the project's, under what the user wrote.
/// </summary>
internal static class Specs
{
    public const string DefaultImage = "ubuntu:20.04";

    /// <summary>What is below even the cluster's defaults, as the real server prints it.</summary>
    public const string BuiltIn =
        """{"createPipelineRequest":{"transform":{"image":"ubuntu:20.04"}, "outputBranch":"master", "datumTries":"3", "reprocessSpec":"until_success"}}""";

    private const string Wrapper = "createPipelineRequest";

    /// <summary>The effective spec as JSON, as the spec commit keeps it, and as a request.</summary>
    public static (string Json, CreatePipelineRequest Request) Effective(Tx tx, string userJson)
    {
        try
        {
            return PachException.Within("could not make effective spec", () =>
            {
                (JsonObject user, CreatePipelineRequest typed) = PachException.Within(
                    $"could not parse {userJson} as Create Pipeline Request message", () => SpecParser.Parse(userJson));
                string project = string.IsNullOrEmpty(typed.Pipeline?.Project?.Name) ? Names.DefaultProject : typed.Pipeline.Project.Name;
                JsonNode? defaults = DefaultsOf(tx, project);
                return Merge(Defaults.Parse(Defaults.Cluster(tx)), defaults, user);
            });
        }
        catch (PachException e)
        {
            throw new PachException(ErrorKind.InvalidArgument, e.Message);
        }
    }

    /// <summary>Merges the built-in defaults, the cluster's, the project's and what the user wrote, each over the ones before, and checks the outcome.</summary>
    public static (string Json, CreatePipelineRequest Request) Merge(JsonNode? cluster, JsonNode? project, JsonObject user)
    {
        JsonNode below = Canonical.Merge(Canonical.Merge(JsonNode.Parse(BuiltIn), cluster), project);
        JsonNode wrapped = PachException.Within(
            $"could not merge user wrapper {{\"{Wrapper}\":{Compact(user)}}} into effective project defaults {SpecJson.Write(below)}",
            () => Canonical.Merge(below, new JsonObject { [Wrapper] = user.DeepClone() }));
        string json = SpecJson.Write(wrapped[Wrapper]);
        CreatePipelineRequest request = SpecParser.Parse(json).Request;
        PachException.Within($"invalid effective spec {json}", () => SpecRules.CheckEffective(request));
        return (json, request);
    }

    /// <summary>Compact, in the order in which it was written.</summary>
    private static string Compact(JsonObject user)
        => user.ToJsonString(new System.Text.Json.JsonSerializerOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });

    private static JsonNode? DefaultsOf(Tx tx, string project)
    {
        PachException.Within(
            $"could not get defaults for project {project}: could not get defaults for project {project}: error getting project \"{project}\"",
            () => Projects.Get(tx, project));
        return Defaults.Parse(Defaults.Project(tx, project).ProjectDefaultsJson);
    }
}
