using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Health.V1;
using Spouts.Pachyderm.Protos.Admin;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Pachyderm.Protos.Storage;
using Spouts.Pachyderm.Protos.Transaction;

namespace Spouts.Conformance;

/// <summary>Finds methods by their full names and translates between protojson and the wire.</summary>
internal static class Calls
{
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default);
    private static readonly JsonFormatter s_formatter = new(JsonFormatter.Settings.Default);

    private static readonly Dictionary<string, MethodDescriptor> s_methods = new[]
        {
            PfsReflection.Descriptor, PpsReflection.Descriptor, TransactionReflection.Descriptor, FilesetReflection.Descriptor,
            AdminReflection.Descriptor, Spouts.Pachyderm.Protos.Auth.AuthReflection.Descriptor,
            Spouts.Pachyderm.Protos.Version.VersionReflection.Descriptor, HealthReflection.Descriptor,
        }
        .SelectMany(file => file.Services)
        .SelectMany(service => service.Methods)
        .ToDictionary(method => $"/{method.Service.FullName}/{method.Name}");

    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    /// <summary>The method; null for one that our protocol files do not list, which can still be called with an empty message.</summary>
    public static MethodDescriptor? Find(string call) => s_methods.GetValueOrDefault(call);

    public static Method<byte[], byte[]> Method(string call)
    {
        string[] names = call.Split('/');
        MethodDescriptor? method = Find(call);
        MethodType type = (method?.IsClientStreaming ?? false) ? MethodType.ClientStreaming
            : (method?.IsServerStreaming ?? false) ? MethodType.ServerStreaming
            : MethodType.Unary;
        return new Method<byte[], byte[]>(type, names[1], names[2], s_bytes, s_bytes);
    }

    public static byte[] Encode(string call, JsonNode? message)
        => Find(call) is { } method
            ? s_parser.Parse(message?.ToJsonString() ?? "{}", method.InputType).ToByteArray()
            : message is null or JsonObject { Count: 0 }
                ? []
                : throw new NotSupportedException($"{call} is not in our protocol files.");

    public static JsonNode Decode(string call, byte[] message)
    {
        if (Find(call) is not { } method)
            throw new NotSupportedException($"{call} is not in our protocol files.");
        JsonNode answer = JsonNode.Parse(s_formatter.Format(method.OutputType.Parser.ParseFrom(message)))!;
        // Every server has an id of its own; the recording's was that of a test build.
        if (call == "/admin_v2.API/InspectCluster")
            answer["id"] = "mockPachd";
        return answer;
    }

    /// <summary>The bytes of GetFile and GetFileTAR, which are wrapped one by one.</summary>
    public static byte[] Join(IEnumerable<byte[]> wrapped)
        => [.. wrapped.SelectMany(bytes => BytesValue.Parser.ParseFrom(bytes).Value)];

    public static string CodeName(StatusCode code) => code == StatusCode.Cancelled ? "Canceled" : code.ToString();

    /// <summary>More than 2,000 bytes are recorded by their number only.</summary>
    public static string Shorten(byte[] text) => text.Length > 2000 ? $"<{text.Length} bytes>" : Encoding.UTF8.GetString(text);
}
