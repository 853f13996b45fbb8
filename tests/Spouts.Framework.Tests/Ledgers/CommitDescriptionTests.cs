using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Ledgers;

namespace Spouts.Tests.Ledgers;

public sealed class CommitDescriptionTests
{
    private static readonly Ledger Before = Ledger.Empty.Next(new("Fetch"), Entry("last", 41), files: 3, bytes: 1500);
    private static readonly Ledger After = Before.Next(new("Fetch"), Entry("last", 42), files: 12, bytes: 3449);

    [Fact]
    public void A_final_ledger_begins_with_a_summary_for_people()
    {
        string text = new CommitDescription.Final(After).ToString();

        Assert.StartsWith("spouts/1 #2 12 files 3.4 kB {", text, StringComparison.Ordinal);
        Assert.Equal(new CommitDescription.Final(After).ToString(), Assert.IsType<CommitDescription.Final>(Parse(text)).ToString());
    }

    [Theory]
    [InlineData("0123456789abcdef")]
    [InlineData(null)]
    public void A_void_ledger_reads_back_as_it_was_written(string? data)
    {
        CommitDescription.Void read = Assert.IsType<CommitDescription.Void>(Parse(new CommitDescription.Void(After, data).ToString()));

        Assert.Equal(data, read.Data);
        Assert.Equal(After.ToJson(), read.Ledger.ToJson());
        Assert.Equal(After.Entry(new("Fetch")), read.Ledger.Entry(new("Fetch")));
    }

    [Fact]
    public void A_commit_that_counts_for_nothing_reads_back()
    {
        Assert.Equal("spouts/1 nothing", new CommitDescription.Nothing().ToString());
        Assert.IsType<CommitDescription.Nothing>(Parse("spouts/1 nothing"));
    }

    [Theory]
    [InlineData("""spouts/1 void #4 {"n":4,"id":"x","files":0,"bytes":0,"sources":{}}""")]
    [InlineData("""spouts/1 pending {"id":"y","parent":"p","size":12,"before":{"n":4,"id":"x","files":0,"bytes":0,"sources":{}},"after":{"n":5,"id":"y","files":1,"bytes":2,"sources":{}},"witness":{"path":"/a","size":2}}""")]
    public void What_the_versions_before_this_one_wrote_is_read_without_the_commit_that_has_its_data(string text)
    {
        CommitDescription read = Parse(text)!;

        Assert.Null((read as CommitDescription.Void)?.Data ?? (read as CommitDescription.Pending)?.Data);
        Assert.Equal(4, (read as CommitDescription.Void)?.Ledger.Number ?? (read as CommitDescription.Pending)?.Before.Number);
    }

    public static TheoryData<string?, long?, string?, bool> SomeWitnesses => new()
    {
        { "/a", 12, "ff00", false },
        { "/log", 1200, null, true },
        { "/gone", null, null, false },
        { null, null, null, false },
    };

    [Theory]
    [MemberData(nameof(SomeWitnesses))]
    public void A_pending_ledger_reads_back_with_both_ledgers_and_its_witness(string? path, long? size, string? hash, bool isAppend)
    {
        CommitDescription.Pending pending = new(
            After.BatchId, "0123", hash, Before, After, path is null ? null : new Witness(path, size, hash, isAppend));

        CommitDescription.Pending read = Assert.IsType<CommitDescription.Pending>(Parse(pending.ToString()));

        Assert.Equal(pending.ToString(), read.ToString());
        Assert.Equal(pending.Witness, read.Witness);
        Assert.Equal("0123", read.Parent);
        Assert.Equal(hash, read.Data);
        Assert.Equal(Before.ToJson(), read.Before.ToJson());
    }

    [Fact]
    public void Everything_is_ASCII_whatever_a_cursor_holds()
    {
        Ledger ledger = Ledger.Empty.Next(new("Größe"), SourceEntry.Empty.With([new("wo", JsonValue.Create("Zürich 日本"))]), 1, 1);

        string text = new CommitDescription.Final(ledger).ToString();

        Assert.All(text, c => Assert.InRange(c, ' ', '~'));
        Ledger read = Assert.IsType<CommitDescription.Final>(Parse(text)).Ledger;
        Assert.Equal("Zürich 日本", read.Entry(new("Größe")).Cursor("wo").GetString());
        Assert.Equal(ledger.Entry(new("Größe")), read.Entry(new("Größe")));
    }

    [Fact]
    public void Members_that_this_version_does_not_know_are_carried_along()
    {
        const string Later = """spouts/1 #7 1 file 1 B {"n":7,"id":"x","files":1,"bytes":1,"sources":{"A":{"due":"2026","cursor":{"c":1}}},"later":{"k":[1,2]}}""";

        Ledger next = Assert.IsType<CommitDescription.Final>(Parse(Later)).Ledger.Next(new("A"), Entry("c", 2, Later), 1, 1);

        using JsonDocument json = JsonDocument.Parse(next.ToJson());
        Assert.Equal("""{"k":[1,2]}""", json.RootElement.GetProperty("later").GetRawText());
        Assert.Equal("2026", json.RootElement.GetProperty("sources").GetProperty("A").GetProperty("due").GetString());
        Assert.Equal(2, next.Entry(new("A")).Cursor("c").GetInt32());
    }

    [Theory]
    [InlineData("")]
    [InlineData("close spout commit")]
    [InlineData("spout")]
    public void Anybody_elses_description_is_nobodys_ledger(string text) => Assert.Null(Parse(text));

    [Fact]
    public void A_ledger_of_a_newer_version_is_refused_with_a_sentence()
    {
        SpoutConfigurationException refused = Assert.Throws<SpoutConfigurationException>(() => Parse("spouts/2 #1 {}"));
        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spouts/1 ")]
    [InlineData("spouts/1 #1 1 file 1 B")]
    [InlineData("spouts/1 #1 {\"n\":1")]
    [InlineData("spouts/1 #1 {\"id\":\"x\"}")]
    [InlineData("spouts/1 other {\"n\":1,\"id\":\"x\"}")]
    [InlineData("spouts/1 pending {}")]
    [InlineData("spouts/1 void []")]
    public void A_damaged_ledger_is_an_error_and_never_an_empty_ledger(string text)
    {
        SpoutConfigurationException refused = Assert.Throws<SpoutConfigurationException>(() => Parse(text));
        Assert.Contains("r@c1", refused.Message, StringComparison.Ordinal);
    }

    private static CommitDescription? Parse(string text) => CommitDescription.Parse(text, "r@c1");

    private static SourceEntry Entry(string cursor, int value, string? from = null)
    {
        SourceEntry entry = from is null ? SourceEntry.Empty : ((CommitDescription.Final)Parse(from)!).Ledger.Entry(new("A"));
        return entry.With([new(cursor, JsonValue.Create(value))]);
    }
}
