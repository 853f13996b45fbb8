using System.Text.Json;

namespace Spouts.Local.Core.Metadata;

/// <summary>When a branch is to follow another branch of its repo.</summary>
/// <param name="Branch">The branch that is followed.</param>
/// <param name="All">Every condition has to be met, not any.</param>
internal sealed record Trigger(string Branch, bool All, string RateLimit, string Size, long Commits, string Cron)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static Trigger? FromJson(string? json) => json is null ? null : JsonSerializer.Deserialize<Trigger>(json);
}
