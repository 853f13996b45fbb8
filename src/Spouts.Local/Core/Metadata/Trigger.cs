using System.Text.Json;

namespace Spouts.Local.Core.Metadata;

/// <summary>When a branch is to follow another branch of its repo. Stored and shown; the local pachd fires none.</summary>
internal sealed record Trigger(string Branch, bool All, string RateLimit, string Size, long Commits, string Cron)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static Trigger? FromJson(string? json) => json is null ? null : JsonSerializer.Deserialize<Trigger>(json);
}
