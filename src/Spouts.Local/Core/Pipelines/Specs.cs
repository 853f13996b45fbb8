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

    /// <summary>What GetClusterDefaults answers, text for text.</summary>
    public const string ClusterDefaults =
        """{"createPipelineRequest":{"resourceRequests":{"cpu":1, "memory":"256Mi", "disk":"1Gi"}, "sidecarResourceRequests":{"cpu":1, "memory":"256Mi", "disk":"1Gi"}}}""";

    private const string BuiltIn =
        """{"createPipelineRequest":{"transform":{"image":"ubuntu:20.04"},"outputBranch":"master","datumTries":"3","reprocessSpec":"until_success"}}""";

    private const string Wrapper = "createPipelineRequest";

    public static string ProjectDefaults(Tx tx, string project)
        => tx.Find<string>("SELECT json FROM project_defaults WHERE project = @project", new { project }) ?? "{}";

    /// <summary>The effective spec as JSON, as the spec commit keeps it, and as a request.</summary>
    public static (string Json, CreatePipelineRequest Request) Effective(Tx tx, string userJson)
    {
        return Refusing("could not make effective spec", () =>
        {
            (JsonObject user, CreatePipelineRequest typed) = PachException.Within(
                $"could not parse {userJson} as Create Pipeline Request message", () => SpecParser.Parse(userJson));
            string project = string.IsNullOrEmpty(typed.Pipeline?.Project?.Name) ? Names.DefaultProject : typed.Pipeline.Project.Name;
            string defaults = DefaultsOf(tx, project);
            JsonNode below = Canonical.Merge(JsonNode.Parse(BuiltIn), JsonNode.Parse(ClusterDefaults));
            below = Canonical.Merge(below, JsonNode.Parse(defaults));
            JsonNode wrapped = PachException.Within(
                $"could not merge user wrapper {{\"{Wrapper}\":{Compact(user)}}} into effective project defaults {SpecJson.Write(below)}",
                () => Canonical.Merge(below, new JsonObject { [Wrapper] = user.DeepClone() }));
            string json = SpecJson.Write(wrapped[Wrapper]);
            CreatePipelineRequest request = SpecParser.Parse(json).Request;
            PachException.Within($"invalid effective spec {json}", () => SpecRules.CheckEffective(request));
            return (json, request);
        });
    }

    /// <summary>Checks project defaults before they are kept.</summary>
    public static void CheckDefaults(string json)
        => Refusing<bool>($"could not merge project defaults {json} into cluster defaults {ClusterDefaults}", () =>
        {
            JsonNode? node;
            try
            {
                node = JsonNode.Parse(json);
            }
            catch (System.Text.Json.JsonException e)
            {
                throw new PachException(e.Message);
            }

            Canonical.Merge(JsonNode.Parse(ClusterDefaults), node);
            return true;
        }, bare: true);

    /// <summary>Compact, in the order in which it was written.</summary>
    private static string Compact(JsonObject user)
        => user.ToJsonString(new System.Text.Json.JsonSerializerOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });

    private static string DefaultsOf(Tx tx, string project)
    {
        PachException.Within(
            $"could not get defaults for project {project}: could not get defaults for project {project}: error getting project \"{project}\"",
            () => Projects.Get(tx, project));
        return ProjectDefaults(tx, project);
    }

    private static T Refusing<T>(string what, Func<T> body, bool bare = false)
    {
        try
        {
            return body();
        }
        catch (PachException e)
        {
            throw new PachException(ErrorKind.InvalidArgument, bare ? what : $"{what}: {e.Message}");
        }
    }
}
