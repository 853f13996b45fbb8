using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>
/// Gives a spec's JSON one form before it is merged: field names in lowerCamelCase, enums by name. Otherwise
/// <c>output_branch</c> would not replace <c>outputBranch</c>.
/// </summary>
internal static class Canonical
{
    private const string WellKnown = "google.protobuf.";

    public static JsonNode Merge(JsonNode? target, JsonNode? patch)
        => SpecJson.Merge(
            PachException.Within("could not canonicalize target object", () => Of(target, ClusterDefaults.Descriptor)),
            PachException.Within("could not canonicalize target object", () => Of(patch, ClusterDefaults.Descriptor)))!;

    private static JsonNode? Of(JsonNode? value, MessageDescriptor message)
    {
        if (message.FullName.StartsWith(WellKnown, StringComparison.Ordinal))
            return value?.DeepClone();
        if (value is not JsonObject fields)
            throw new PachException($"expected map[string]any for {message.FullName}; got {GoText.TypeOf(value)}");
        JsonObject canonical = [];
        foreach ((string name, JsonNode? given) in fields)
        {
            FieldDescriptor field = message.Fields.InDeclarationOrder().FirstOrDefault(f => f.Name == name || f.JsonName == name)
                ?? throw new PachException($"unexpected field \"{name}\" in {message.FullName}");
            canonical[field.JsonName] = field.IsMap ? Map(field, given) : field.IsRepeated ? List(field, given) : Single(field, given);
        }

        return canonical;
    }

    private static JsonNode? Single(FieldDescriptor field, JsonNode? value)
        => value is null
            ? null
            : PachException.Within($"could not canonicalize field {field.FullName} ({GoText.Print(value)})", () => Value(field, value));

    private static JsonArray List(FieldDescriptor field, JsonNode? value)
    {
        if (value is not JsonArray items)
            throw new PachException($"expected []any; got {GoText.TypeOf(value)} in {field.FullName}");
        return new JsonArray([.. items.Select(item => item is null
            ? null
            : PachException.Within($"couldn’t canonicalize {field.FullName}", () => Value(field, item)))]);
    }

    private static JsonObject Map(FieldDescriptor field, JsonNode? value)
    {
        if (value is not JsonObject entries)
            throw new PachException($"expected map[string]any; got {GoText.TypeOf(value)} in {field.FullName}");
        JsonObject canonical = [];
        FieldDescriptor valueField = field.MessageType.Fields[2];
        foreach ((string key, JsonNode? entry) in entries)
            canonical[key] = entry is null ? null : Value(valueField, entry);
        return canonical;
    }

    private static JsonNode? Value(FieldDescriptor field, JsonNode value) => field.FieldType switch
    {
        FieldType.Message => Of(value, field.MessageType),
        FieldType.Enum when value is JsonValue number && number.GetValueKind() == System.Text.Json.JsonValueKind.Number
            && int.TryParse(number.ToJsonString(), out int n) && field.EnumType.FindValueByNumber(n) is { } named => named.Name,
        _ => value.DeepClone(),
    };
}
