using System.Text.Json.Nodes;
using Spouts.Ledgers;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Adversary;

/// <summary>A ledger that somebody changed by hand is refused with its commit and a repair, never with a stack trace.</summary>
public sealed class DamagedLedgerTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    private const string Commit = "default/clicks@0123456789abcdef0123456789abcdef";

    private const string Ledger = """
        {"n":7,"id":"x","files":1,"bytes":2,"sources":{"Fetch":{"cursor":{"at":3},"n":7,"due":"2026-01-31T00:00:00Z","done":false,"items":["a"]}}}
        """;

    private static readonly string[] Values = ["null", "true", "1", "1.5", "\"text\"", "[]", "[1]", "{}", "{\"a\":1}"];

    public static TheoryData<string, string> Damages
    {
        get
        {
            string pending = """{"id":"x","parent":"p","size":1,"before":LEDGER,"after":LEDGER,"data":"d","witness":{"path":"/a","size":2,"was":"ff","append":true}}"""
                .Replace("LEDGER", Ledger, StringComparison.Ordinal);
            TheoryData<string, string> damages = [];
            foreach ((string form, string json) in new[] { ("#7 1 file 2 B", Ledger), ("void #7 of d", Ledger), ("pending", pending) })
            {
                foreach (string path in Paths(JsonNode.Parse(json)!))
                {
                    foreach (string value in Values)
                    {
                        JsonNode root = JsonNode.Parse(json)!;
                        Replace(root, path, JsonNode.Parse(value));
                        damages.Add($"spouts/1 {form} {root.ToJsonString()}", $"{form}: {path} is {value}");
                    }
                }
            }

            return damages;
        }
    }

    [Theory]
    [MemberData(nameof(Damages), DisableDiscoveryEnumeration = true)]
    public void A_member_of_another_type_is_refused_or_harmless(string description, string damage)
    {
        try
        {
            Use(CommitDescription.Parse(description, Commit));
        }
        catch (SpoutConfigurationException refused)
        {
            Assert.False(string.IsNullOrWhiteSpace(refused.Message), damage);
        }
    }

    [Fact]
    public async Task A_source_that_is_null_in_the_ledger_is_named_with_its_commit_and_the_repair()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        string id = await spout.Repo.StartAsync("""spouts/1 void #1 {"n":1,"id":"x","sources":{"Fetch":null}}""", CancellationToken.None);
        await spout.Repo.FinishAsync(id, "", CancellationToken.None);
        using TestSpout next = spout.Successor();

        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(next.CursorAsync);

        Assert.Contains($"commit {spout.Repo.Name}@{id} cannot be read", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"pachctl squash commitV2 {spout.Name}@{id} --project default", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"pachctl delete commitV2 {spout.Name}@{id} --project default", refused.Message, StringComparison.Ordinal);
        Assert.Contains("from the head down", refused.Message, StringComparison.Ordinal);
    }

    // All that the framework reads of a ledger.
    private static void Use(CommitDescription? description)
    {
        Ledger[] ledgers = description switch
        {
            CommitDescription.Final final => [final.Ledger],
            CommitDescription.Void state => [state.Ledger],
            CommitDescription.Pending pending => [pending.Before, pending.After],
            _ => [],
        };
        foreach (Ledger ledger in ledgers)
        {
            foreach (SourceEntry entry in ledger.Sources.Values)
            {
                _ = (entry.Cursors, entry.Number, entry.Due, entry.IsDone, entry.Items.Count, entry.CursorNames.Count(), entry.Cursor("at").ValueKind);
                _ = (entry.Cron, entry.Zone, entry.IsPaused, entry.Asked, entry.Backfill);
                _ = entry.With([new("at", JsonValue.Create(4))]).WithItems([new(1, [new("id", Content: null)])]).With(DateTimeOffset.UnixEpoch, "@daily", "UTC").Done();
            }

            _ = ledger.Next(new("Fetch"), ledger.Entry(new("Fetch")), 1, 1).ToJson();
        }
    }

    private static IEnumerable<string> Paths(JsonNode node)
    {
        if (node is JsonObject json)
        {
            foreach ((string name, JsonNode? member) in json)
            {
                yield return name;
                foreach (string below in member is null ? [] : Paths(member))
                    yield return $"{name}/{below}";
            }
        }
    }

    private static void Replace(JsonNode root, string path, JsonNode? value)
    {
        string[] names = path.Split('/');
        JsonNode at = root;
        foreach (string name in names.SkipLast(1))
            at = at[name]!;
        at[names[^1]] = value;
    }
}
