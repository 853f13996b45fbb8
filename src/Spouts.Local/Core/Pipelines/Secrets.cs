using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Secrets for pipelines, which a cluster keeps in Kubernetes; here they are in the store, as the JSON that was given.</summary>
internal static class Secrets
{
    public static void Create(Change change, string file)
    {
        JsonObject secret = PachException.Within("failed to unmarshal secret", () => Parse(file));
        JsonObject metadata = SpecJson.Part(secret, "metadata");
        JsonObject labels = SpecJson.Part(metadata, "labels");
        string suite = Text(labels, "suite");
        if (suite is not ("" or "pachyderm"))
            throw new PachException($"invalid suite label set on secret: suite={suite}");
        labels["suite"] = "pachyderm";
        labels["secret-source"] = "pachyderm-user";
        string name = Text(metadata, "name");
        if (Find(change.Tx, name) is not null)
            throw new PachException($"failed to create secret: secrets \"{name}\" already exists");
        change.Tx.Execute(
            "INSERT INTO secret (name, json, created_at) VALUES (@name, @json, @Now)",
            new { name, json = secret.ToJsonString(), change.Now });
    }

    public static void Delete(Change change, string name)
    {
        if (change.Tx.Execute("DELETE FROM secret WHERE name = @name", new { name }) == 0)
            throw new PachException($"failed to delete secret: {Missing(name)}");
    }

    public static void DeleteAll(Change change) => change.Tx.Execute("DELETE FROM secret");

    public static SecretInfo Inspect(Tx tx, string name)
        => Info(Find(tx, name) ?? throw new PachException($"failed to get secret: {Missing(name)}"));

    /// <summary>The secret as it was given, as an object of Kubernetes; null where there is none.</summary>
    public static JsonObject? Read(Tx tx, string name) => Find(tx, name) is { } row ? (JsonObject)JsonNode.Parse(row.Json)! : null;

    public static List<SecretInfo> All(Tx tx)
        => tx.List<SecretRow>("SELECT * FROM secret ORDER BY name").ConvertAll(Info);

    /// <summary>Checks that the secrets that a spec names are there.</summary>
    public static void CheckSpec(Tx tx, CreatePipelineRequest spec)
    {
        foreach (SecretMount mount in spec.Transform?.Secrets ?? [])
        {
            if (mount.EnvVar.Length > 0 && mount.Key.Length == 0)
                throw new PachException($"secret {mount.Name} has env_var set but is missing key");
            SecretRow secret = Find(tx, mount.Name) ?? throw new PachException($"missing Kubernetes secret {mount.Name}");
            if (mount.EnvVar.Length > 0 && Value(secret, mount.Key) is null)
                throw new PachException($"Kubernetes secret {mount.Name} missing key {mount.Key}");
        }
    }

    /// <summary>What a secret holds under a key; null: there is no such secret, or no such key in it.</summary>
    public static string? Value(Tx tx, string name, string key) => Find(tx, name) is { } secret ? Value(secret, key) : null;

    private static SecretRow? Find(Tx tx, string name) => tx.Find<SecretRow>("SELECT * FROM secret WHERE name = @name", new { name });

    private static string Missing(string name) => $"secrets \"{name}\" not found";

    private static SecretInfo Info(SecretRow row) => new()
    {
        Secret = new Secret { Name = row.Name },
        Type = Text((JsonObject)JsonNode.Parse(row.Json)!, "type"),
        CreationTimestamp = Times.Timestamp(row.CreatedAt),
    };

    private static JsonObject Parse(string file)
    {
        GoJson.Check(file);
        try
        {
            return JsonNode.Parse(file) switch
            {
                null => [],
                JsonObject secret => secret,
                var other => throw new PachException($"json: cannot unmarshal {Kind(other)} into Go value of type v1.Secret"),
            };
        }
        catch (JsonException e)
        {
            // It is JSON, and nested deeper than it is read here.
            throw new PachException(e.Message);
        }
    }

    private static string Kind(JsonNode node) => node.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.Array => "array",
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.Number => "number",
        _ => "bool",
    };

    // What is in stringData counts as data, as Kubernetes takes it in.
    private static string? Value(SecretRow row, string key)
    {
        JsonObject secret = (JsonObject)JsonNode.Parse(row.Json)!;
        if (Text(SpecJson.Part(secret, "stringData"), key) is { Length: > 0 } plain)
            return plain;
        return SpecJson.Part(secret, "data")[key] is JsonValue data && data.TryGetValue(out string? base64)
            ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(base64))
            : null;
    }

    private static string Text(JsonObject whole, string name)
        => whole[name] is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private sealed record SecretRow
    {
        public string Name { get; init; } = "";

        public string Json { get; init; } = "";

        public long CreatedAt { get; init; }
    }
}
