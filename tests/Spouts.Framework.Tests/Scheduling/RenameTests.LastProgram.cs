using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <content>What the program of the last commit had.</content>
public sealed partial class RenameTests
{
    [Fact]
    public async Task A_source_that_never_had_anything_to_commit_is_no_new_one_when_another_is_removed()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Idle("Queue"), Counting("Fetch", "count"), Plain("Other", []));

        IReadOnlyList<string> again = await OnceAsync(spout, Idle("Queue"), Counting("Fetch", "count"), Plain("Other", []));
        IReadOnlyList<string> removed = await OnceAsync(spout, Idle("Queue"), Plain("Other", []));

        Assert.DoesNotContain(again, static line => line.Contains("The ledger", StringComparison.Ordinal));
        Assert.Contains("The ledger has the source 'Fetch', which the program does not have", Assert.Single(removed, static line => line.Contains("The ledger", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_that_was_never_set_is_no_new_one_when_another_is_removed()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        SourceRegistration both = Moving("Fetch", "last", unmoved: "etag"), one = Plain("Fetch", Cursors("etag:i"));
        await OnceAsync(spout, both);

        IReadOnlyList<string> again = await OnceAsync(spout, both);
        IReadOnlyList<string> removed = await OnceAsync(spout, one);

        Assert.DoesNotContain(again, static line => line.Contains("The ledger", StringComparison.Ordinal));
        Assert.Contains("The ledger has the cursor 'last'", Assert.Single(removed, static line => line.Contains("The ledger", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_removed_before_is_not_what_something_new_was_renamed_from()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Moving("Fetch", "last", "etag"), Counting("Gauge", "count"));
        await OnceAsync(spout, Moving("Fetch", "last"));

        await OnceAsync(spout, Moving("Fetch", "last", "number"), Counting("Measure", "count"));

        Ledger ledger = await LedgerAsync(spout);
        Assert.Equal("""{"last":3,"etag":1,"number":1}""", ledger.Sources["Fetch"].Cursors);
        Assert.Equal(["Fetch", "Gauge", "Measure"], ledger.Sources.Keys);
    }

    [Fact]
    public async Task A_former_name_that_is_taken_away_after_a_commit_of_another_source_loses_nothing()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Fetch", """{"last":3}"""));
        await OnceAsync(spout, Plain("Other", []), Idle("Download", "Fetch", [CursorRegistration.Of("count", CursorCodec.Int32, "last")]));

        await OnceAsync(spout, Plain("Other", []), Counting("Download", "count"));

        Assert.Equal("4", await spout.ReadAsync("/count"));
    }

    [Theory]
    [InlineData("state set Fetch '{\"position\":5}'")]
    [InlineData("state rename count position --cursor-of Fetch")]
    public async Task What_an_operator_has_set_for_the_next_program_is_not_lost_to_the_one_of_before(string command)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Counting("Fetch", "count"));
        await ChangeAsync(spout, command, Counting("Fetch", "position"));

        SpoutConfigurationException refused = await RefusedAsync(spout, Counting("Fetch", "count"));

        Assert.Contains("the cursor 'position' of the source 'Fetch', which the program does not have", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_an_operator_has_renamed_for_the_next_program_is_not_lost_to_the_one_of_before()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Counting("Fetch", "count"));
        await ChangeAsync(spout, "state rename Fetch Download", Counting("Download", "count"));

        SpoutConfigurationException refused = await RefusedAsync(spout, Counting("Fetch", "count"));

        Assert.Contains("the source 'Download', which the program does not have", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_of_another_type_begins_anew_with_the_command_that_is_printed()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Moving("Fetch", "last", "removed"));
        await OnceAsync(spout, Moving("Fetch", "last"));
        SourceRegistration changed = Texts("Fetch", "last");

        await ChangeAsync(spout, Assert.Single(Commands(await RefusedAsync(spout, changed))), changed);
        await OnceAsync(spout, changed);

        Assert.Equal("""{"removed":1,"last":"x"}""", (await LedgerAsync(spout)).Sources["Fetch"].Cursors);
    }

    [Fact]
    public async Task The_names_of_the_program_are_part_of_the_ledger_and_short()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();

        await OnceAsync(spout, Moving("Fetch", "last", unmoved: "etag"), Idle("Queue"), Plain("Hand", cursors: null));

        string head = await spout.Repo.HeadAsync(CancellationToken.None);
        string description = (await spout.Repo.InspectAsync(head, CancellationToken.None)).Description;
        Assert.EndsWith(""","program":{"Fetch":["last","etag"],"Hand":null,"Queue":[]}}""", description, StringComparison.Ordinal);
    }
}
