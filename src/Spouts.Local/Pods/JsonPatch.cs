using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Local.Core;

namespace Spouts.Local.Pods;

/// <summary>
/// RFC 6902, as the library behind Pachyderm understands it: negative indices count from the end, and a replacement of
/// what is not there adds it. Its errors are that library's, word for word.
/// </summary>
internal static class JsonPatch
{
    private const string Missing = "missing value";
    private const string InvalidIndex = "invalid index referenced";

    /// <exception cref="PachException">The patch is none, or does not apply.</exception>
    public static JsonNode? Apply(JsonNode? document, JsonNode? patch)
    {
        JsonNode? root = document?.DeepClone();
        foreach (JsonObject operation in Operations(patch))
            Apply(root, operation);
        return root;
    }

    private static List<JsonObject> Operations(JsonNode? patch)
    {
        if (patch is null)
            return [];
        if (patch is not JsonArray list)
            throw GoTypes.Mismatch(patch, "jsonpatch.Patch");
        return [.. list.Select(item => item switch
        {
            null => [],
            JsonObject operation => operation,
            _ => throw GoTypes.Mismatch(item, "jsonpatch.Operation"),
        })];
    }

    private static void Apply(JsonNode? root, JsonObject operation)
    {
        string kind = operation["op"] is JsonValue op && op.GetValueKind() == JsonValueKind.String ? op.GetValue<string>() : "unknown";
        switch (kind)
        {
            case "add":
                Add(root, Text(operation, "path", $"add operation failed to decode path: {Missing}"), Value(operation), kind);
                break;
            case "remove":
                Remove(root, Text(operation, "path", $"remove operation failed to decode path: {Missing}"));
                break;
            case "replace":
                Replace(root, Text(operation, "path", Undecoded(kind, "path")), Value(operation));
                break;
            case "move":
                Move(root, operation);
                break;
            case "copy":
                Copy(root, operation);
                break;
            case "test":
                Test(root, operation);
                break;
            default:
                throw new PachException($"Unexpected kind: {kind}");
        }
    }

    private static void Add(JsonNode? root, string path, JsonNode? value, string kind)
    {
        (JsonNode parent, string key) = Find(root, path) ?? throw new PachException(kind == "add"
            ? $"add operation does not apply: doc is missing path: \"{path}\": {Missing}"
            : $"{kind} operation does not apply: doc is missing destination path: {path}: {Missing}");
        string within = kind == "copy" ? "error while adding value during copy" : $"error in {kind} for path: '{path}'";
        PachException.Within(within, () => Insert(parent, key, value));
    }

    private static void Remove(JsonNode? root, string path)
    {
        (JsonNode parent, string key) = Find(root, path)
            ?? throw new PachException($"remove operation does not apply: doc is missing path: \"{path}\": {Missing}");
        PachException.Within($"error in remove for path: '{path}'", () => Delete(parent, key));
    }

    private static void Replace(JsonNode? root, string path, JsonNode? value)
    {
        (JsonNode parent, string key) = Find(root, path)
            ?? throw new PachException($"replace operation does not apply: doc is missing path: {path}: {Missing}");
        if (parent is JsonObject obj)
            obj[key] = value;
        else if (TryIndex((JsonArray)parent, key, out int index))
            parent[index] = value;
        else
            throw new PachException($"replace operation does not apply: doc is missing key: {path}: {Missing}");
    }

    private static void Move(JsonNode? root, JsonObject operation)
    {
        string from = Text(operation, "from", Undecoded("move", "from"));
        (JsonNode parent, string key) = Find(root, from)
            ?? throw new PachException($"move operation does not apply: doc is missing from path: {from}: {Missing}");
        JsonNode? moved = PachException.Within($"error in move for path: '{key}'", () => Get(parent, key)?.DeepClone());
        PachException.Within($"error in move for path: '{key}'", () => Delete(parent, key));
        Add(root, Text(operation, "path", Undecoded("move", "path")), moved, "move");
    }

    private static void Copy(JsonNode? root, JsonObject operation)
    {
        string from = Text(operation, "from", Undecoded("copy", "from"));
        (JsonNode parent, string key) = Find(root, from)
            ?? throw new PachException($"copy operation does not apply: doc is missing from path: {from}: {Missing}");
        JsonNode? copied = PachException.Within($"error in copy for from: '{from}'", () => Get(parent, key)?.DeepClone());
        Add(root, Text(operation, "path", $"copy operation failed to decode path: {Missing}"), copied, "copy");
    }

    private static void Test(JsonNode? root, JsonObject operation)
    {
        string path = Text(operation, "path", Undecoded("test", "path"));
        (JsonNode parent, string key) = Find(root, path)
            ?? throw new PachException($"test operation does not apply: is missing path: {path}: {Missing}");
        JsonNode? found = PachException.Within($"error in test for path: '{path}'", () => Get(parent, key));
        if (!JsonNode.DeepEquals(found, operation["value"]))
            throw new PachException($"testing value {path} failed: test failed");
    }

    private static JsonNode? Value(JsonObject operation) => operation["value"]?.DeepClone();

    private static string Text(JsonObject operation, string field, string otherwise)
        => operation[field] is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : throw new PachException(otherwise);

    private static string Undecoded(string kind, string field)
        => $"{kind} operation failed to decode {field}: operation{(field == "from" ? "," : "")} missing {field} field: {Missing}";

    // The container that a path leads to, and the last key of the path; null: there is no such container.
    private static (JsonNode Parent, string Key)? Find(JsonNode? root, string path)
    {
        string[] keys = path.Split('/');
        if (keys.Length < 2 || root is not (JsonObject or JsonArray))
            return null;
        JsonNode at = root;
        foreach (string key in keys[1..^1].Select(Decode))
        {
            JsonNode? next = at is JsonObject obj ? obj[key] : TryIndex((JsonArray)at, key, out int index) ? at[index] : null;
            if (next is not (JsonObject or JsonArray))
                return null;
            at = next;
        }

        return (at, Decode(keys[^1]));
    }

    private static JsonNode? Get(JsonNode parent, string key)
        => parent is JsonObject obj ? obj[key] : parent[Index((JsonArray)parent, key)];

    private static void Insert(JsonNode parent, string key, JsonNode? value)
    {
        if (parent is JsonObject obj)
        {
            obj[key] = value;
            return;
        }

        JsonArray list = (JsonArray)parent;
        int index = key == "-"
            ? list.Count
            : PachException.Within($"value was not a proper array index: '{key}'", () => Number(key));
        if (index > list.Count || index < -list.Count - 1)
            throw Outside(index);
        list.Insert(index < 0 ? index + list.Count + 1 : index, value);
    }

    private static void Delete(JsonNode parent, string key)
    {
        if (parent is JsonArray list)
            list.RemoveAt(Index(list, key));
        else if (!((JsonObject)parent).Remove(key))
            throw new PachException($"Unable to remove nonexistent key: {key}: {Missing}");
    }

    private static bool TryIndex(JsonArray list, string key, out int index)
    {
        bool inside = int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out index)
            && index < list.Count && index >= -list.Count;
        index = index < 0 ? index + list.Count : index;
        return inside;
    }

    private static int Index(JsonArray list, string key)
        => TryIndex(list, key, out int index) ? index : throw Outside(Number(key));

    private static int Number(string key)
        => int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new PachException($"strconv.Atoi: parsing \"{key}\": invalid syntax");

    private static PachException Outside(int index) => new($"Unable to access invalid index: {index}: {InvalidIndex}");

    private static string Decode(string key) => key.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
