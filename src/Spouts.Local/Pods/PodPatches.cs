using System.Text.Json.Nodes;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;

namespace Spouts.Local.Pods;

/// <summary>A spec's own changes to its pods: <c>pod_spec</c> is merged in first, then <c>pod_patch</c> is applied.</summary>
internal static class PodPatches
{
    /// <exception cref="PachException">A patch cannot be applied, or leaves what is no pod; in the words of the real server.</exception>
    public static JsonObject Apply(JsonObject pod, string podSpec, string podPatch)
    {
        JsonNode? patched = pod;
        if (podSpec.Length > 0)
            patched = Merge(pod, JsonNode.Parse(podSpec));
        if (podPatch.Length > 0)
            patched = JsonPatch.Apply(patched, JsonNode.Parse(podPatch));
        return PodShape.Read(patched);
    }

    private static JsonNode Merge(JsonObject pod, JsonNode? patch) => patch switch
    {
        JsonObject changes => SpecJson.Merge(pod, changes)!,
        // A list replaces the pod altogether, without its nulls.
        JsonArray list => new JsonArray([.. list.Where(item => item is not null).Select(item => item!.DeepClone())]),
        _ => throw new PachException("Invalid JSON Patch"),
    };
}
