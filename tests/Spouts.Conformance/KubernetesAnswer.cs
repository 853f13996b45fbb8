using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Spouts.Pachyderm.Protos.Local;

namespace Spouts.Conformance;

/// <summary>Reads objects of Kubernetes as the recorder did: a configuration inside a secret is shown decoded.</summary>
internal static class KubernetesAnswer
{
    private const string Configuration = "config.json";

    /// <param name="path"><c>rcs/NAME</c>, <c>services/NAME</c> or <c>secrets/NAME</c>.</param>
    /// <param name="headers">Who asks.</param>
    public static async Task<JsonObject> ReadAsync(GrpcChannel cluster, string path, Metadata headers)
    {
        string[] parts = path.Split('/', 2);
        GetObjectRequest request = new() { Kind = parts[0], Name = parts[1] };
        KubernetesObject answer;
        try
        {
            answer = await new Pods.PodsClient(cluster).GetObjectAsync(request, headers, deadline: DateTime.UtcNow + TimeSpan.FromSeconds(60));
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return new JsonObject { ["code"] = Calls.CodeName(e.StatusCode) };
        }

        JsonObject found = JsonNode.Parse(answer.Json)!.AsObject();
        if (found["data"]?[Configuration] is { } encoded)
            found["data"]![Configuration] = JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(encoded.GetValue<string>())));
        return new JsonObject { ["code"] = "OK", ["object"] = found };
    }
}
