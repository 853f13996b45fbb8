using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Reads a pipeline spec strictly, with the errors of the real server's JSON reader.</summary>
internal static class SpecParser
{
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default);

    public static (JsonObject Json, CreatePipelineRequest Request) Parse(string text)
    {
        JsonChecker.Check(text, CreatePipelineRequest.Descriptor);
        try
        {
            return ((JsonObject)JsonNode.Parse(text)!, s_parser.Parse<CreatePipelineRequest>(text));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or JsonException)
        {
            throw new PachException($"proto:\u00a0{e.Message}");
        }
    }
}
