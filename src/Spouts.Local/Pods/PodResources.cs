using System.Globalization;
using System.Text.Json.Nodes;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Pods;

/// <summary>What the containers of a worker request, and what they are limited to.</summary>
internal sealed class PodResources
{
    private const string Cpu = "cpu";
    private const string Memory = "memory";
    private const string Disk = "ephemeral-storage";

    private PodResources(Dictionary<string, Quantity> requests, Dictionary<string, Quantity> limits)
    {
        Requests = requests;
        Limits = limits;
    }

    private Dictionary<string, Quantity> Requests { get; }

    private Dictionary<string, Quantity> Limits { get; }

    /// <summary>The user's container asks for the installation's defaults when the spec has neither requests nor limits.</summary>
    public static PodResources OfUser(PipelineInfo.Types.Details details, PodSettings settings)
        => details is { ResourceRequests: null, ResourceLimits: null }
            ? new(Of((Cpu, settings.CpuRequest), (Memory, settings.MemoryRequest), (Disk, settings.DiskRequest)), [])
            : new(Of(details.ResourceRequests), Of(details.ResourceLimits));

    /// <summary>
    /// The init container runs before the user's, so what that one requests is free for it; a GPU it has no use for.
    /// Without requests it asks for next to nothing, rather than for what a cloud's defaults would make of silence.
    /// </summary>
    public static PodResources OfInit(PodResources user)
    {
        Dictionary<string, Quantity> requests = Least();
        foreach (string name in (string[])[Cpu, Memory, Disk])
        {
            if (user.Requests.TryGetValue(name, out Quantity? amount))
                requests[name] = amount;
        }

        return new(requests, user.Limits);
    }

    public static PodResources OfSidecar(PipelineInfo.Types.Details details)
        => new(details.SidecarResourceRequests is null ? Least() : Of(details.SidecarResourceRequests), Of(details.SidecarResourceLimits));

    /// <summary>Tells the sidecar how much memory it may count on, limit before request.</summary>
    public static IEnumerable<PodVariable> MemoryVariables(PipelineInfo.Types.Details details)
    {
        if (details.SidecarResourceLimits is { } limits)
            yield return new("K8S_MEMORY_LIMIT", Bytes(limits));
        if (details.SidecarResourceRequests is { } requests)
            yield return new("K8S_MEMORY_REQUEST", Bytes(requests));
    }

    public JsonObject ToJson()
    {
        JsonObject json = [];
        if (Limits.Count > 0)
            json["limits"] = ToJson(Limits);
        if (Requests.Count > 0)
            json["requests"] = ToJson(Requests);
        return json;
    }

    private static JsonObject ToJson(Dictionary<string, Quantity> amounts)
        => new(amounts.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.ToString())));

    private static string Bytes(ResourceSpec spec) => Of(spec).TryGetValue(Memory, out Quantity? amount) ? amount.Plain() : "0";

    private static Dictionary<string, Quantity> Least() => Of((Cpu, "0"), (Memory, "64M"));

    private static Dictionary<string, Quantity> Of(ResourceSpec? spec)
    {
        if (spec is null)
            return [];
        Dictionary<string, Quantity> amounts = Of(
            (Cpu, spec.Cpu == 0 ? "" : ((double)spec.Cpu).ToString("F6", CultureInfo.InvariantCulture)), (Memory, spec.Memory), (Disk, spec.Disk));
        if (spec.Gpu is { } gpu && Quantity.TryParse(gpu.Number.ToString(CultureInfo.InvariantCulture), out Quantity? number))
            amounts[gpu.Type] = number;
        return amounts;
    }

    // An amount that cannot be read is left out without a word, as Pachyderm does it.
    private static Dictionary<string, Quantity> Of(params (string Name, string Text)[] written)
    {
        Dictionary<string, Quantity> amounts = [];
        foreach ((string name, string text) in written)
        {
            if (Quantity.TryParse(text, out Quantity? amount))
                amounts[name] = amount;
        }

        return amounts;
    }
}
