using System.Text.Json;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <content>The commands that are printed, pasted.</content>
public sealed partial class RenameTests
{
    [Theory]
    [InlineData("""{"day":5,"page":7}""", "date:i,token:i", 0, """{"page":7,"date":5}""")]
    [InlineData("""{"day":5,"page":7}""", "date:i,token:i", 1, """{"day":5,"date":7}""")]
    [InlineData("""{"day":5,"page":7}""", "date:i,token:i", 3, """{"day":5,"token":7}""")]
    [InlineData("""{"last":"b7"}""", "etag:s,position:s", 1, """{"position":"b7"}""")]
    [InlineData("""{"etag":"x","last":7}""", "position:i", 0, """{"etag":"x","position":7}""")]
    [InlineData("""{"etag":"x","last":7,"count":3}""", "position:i,count:i", 0, """{"etag":"x","count":3,"position":7}""")]
    [InlineData("""{"etag":"x","last":7,"count":3}""", "position:i,count:i", 1, """{"last":7,"count":3}""")]
    [InlineData("""{"etag":"x","last":7,"count":3}""", "position:i,count:i", 2, """{"etag":"x","count":3}""")]
    public async Task A_command_that_is_printed_for_renamed_cursors_moves_one_and_loses_none(string saved, string cursors, int command, string left)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Fetch", saved));
        SourceRegistration renamed = Plain("Fetch", Cursors(cursors));

        await ChangeAsync(spout, Commands(await RefusedAsync(spout, renamed))[command], renamed);

        Assert.Equal(left, (await LedgerAsync(spout)).Sources["Fetch"].Cursors);
    }

    [Fact]
    public async Task Of_two_renamed_cursors_each_takes_its_value_when_the_messages_are_followed()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Fetch", """{"day":5,"page":7}"""));
        SourceRegistration renamed = Plain("Fetch", Cursors("date:i,token:i"));

        SpoutConfigurationException first = await RefusedAsync(spout, renamed);
        await ChangeAsync(spout, Commands(first).Single(static command => command.StartsWith("state rename day date", StringComparison.Ordinal)), renamed);
        SpoutConfigurationException second = await RefusedAsync(spout, renamed);
        await ChangeAsync(spout, Commands(second).Single(static command => command.StartsWith("state rename page token", StringComparison.Ordinal)), renamed);
        await OnceAsync(spout, renamed);

        Assert.Equal("""{"date":5,"token":7}""", (await LedgerAsync(spout)).Sources["Fetch"].Cursors);
    }

    [Fact]
    public async Task A_cursor_that_no_new_one_can_read_is_not_taken_for_any_and_its_cure_works()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Fetch", """{"last":"b7","count":3}"""));
        SourceRegistration changed = Plain("Fetch", Cursors("lastId:i,count:i"));

        string[] commands = Commands(await RefusedAsync(spout, changed));
        await ChangeAsync(spout, Assert.Single(commands), changed);
        await OnceAsync(spout, changed);

        Assert.Equal("""{"count":3}""", (await LedgerAsync(spout)).Sources["Fetch"].Cursors);
    }

    [Fact]
    public async Task A_value_that_is_too_long_to_be_printed_is_kept_by_the_commands()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        string value = new('x', 1200);
        await SaveAsync(spout, ("Fetch", $$"""{"last":"{{value}}","position":"new"}"""));
        SourceRegistration renamed = Plain("Fetch", [CursorRegistration.Of("position", CursorCodec.String, "last")]);

        SpoutConfigurationException refused = await RefusedAsync(spout, renamed);
        await ChangeAsync(spout, Commands(refused)[1], renamed);
        await OnceAsync(spout, renamed);

        Assert.Contains($"a value of 1,202 characters (state show --spout {spout.Name} prints it)", refused.Message, StringComparison.Ordinal);
        Assert.Equal($$"""{"position":"{{value}}"}""", (await LedgerAsync(spout)).Sources["Fetch"].Cursors);
    }

    [Fact]
    public async Task Of_two_renamed_sources_none_is_taken_for_either_of_the_former_ones()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Clicks", """{"count":5}"""), ("Orders", """{"count":900}"""));

        SpoutConfigurationException refused = await RefusedAsync(spout, Counting("FetchOrders", "count"), Counting("FetchClicks", "count"));

        foreach ((string name, string former, int count) in new[] { ("FetchOrders", "Clicks", 5), ("FetchOrders", "Orders", 900), ("FetchClicks", "Clicks", 5), ("FetchClicks", "Orders", 900) })
            Assert.Contains($$"""if '{{name}}' was '{{former}}', which is at {"count":{{count}}}, set [Poll(…, FormerName = "{{former}}")] on '{{name}}', or: state rename {{former}} {{name}} """, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_renamed_sources_the_types_of_their_cursors_say_which_is_which()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Clicks", """{"at":5}"""), ("Orders", """{"at":"b7"}"""));

        SpoutConfigurationException refused = await RefusedAsync(spout, Plain("FetchOrders", Cursors("at:s")), Plain("FetchClicks", Cursors("at:i")));

        Assert.Equal(
            ["state rename Orders FetchOrders", "state rename Clicks FetchClicks", "state reset Clicks", "state reset Orders"],
            Commands(refused).Select(static command => command[..command.IndexOf(" --spout", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task A_source_that_is_renamed_by_the_printed_command_keeps_all_that_the_ledger_had_of_it()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        SourceEntry saved = SourceEntry.From(JsonDocument.Parse(
            """{"cursor":{"n":7},"due":"2026-11-27T06:00:00Z","cron":"0 6 * * *","zone":"UTC","paused":true,"done":true,"ids":[{"h":0,"i":""}],"later":1,"backfill":{"from":"2026-11-01T00:00:00Z","to":"2026-11-03T00:00:00Z","total":2,"done":1}}""").RootElement);
        await spout.Publisher.AmendAsync(ledger => ledger.With([KeyValuePair.Create("Fetch", saved)]), CancellationToken.None);
        SourceRegistration renamed = Plain("Download", Cursors("n:i"));

        await ChangeAsync(spout, Commands(await RefusedAsync(spout, renamed))[0], renamed);

        Ledger ledger = await LedgerAsync(spout);
        Assert.Equal(["Download"], ledger.Sources.Keys);
        Assert.Equal(saved.At(ledger.Number).Json, ledger.Sources["Download"].Json);
    }

    [Fact]
    public async Task Items_of_a_renamed_queue_are_not_doubled_when_the_message_is_followed()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using (Running unacknowledged = new(spout, Queue("Fetch", isAcknowledged: false)))
            await Assert.ThrowsAnyAsync<Exception>(unacknowledged.OnceAsync);
        SourceRegistration renamed = Queue("Download", isAcknowledged: true);

        await ChangeAsync(spout, Commands(await RefusedAsync(spout, renamed))[0], renamed);
        await OnceAsync(spout, renamed);

        Assert.Equal("a\nb\n", await spout.ReadAsync("/queue"));
    }

    [Theory]
    [InlineData("state rename Gauge Download", "has no source 'Gauge'; it has: 'Fetch'")]
    [InlineData("state rename Fetch Gauge", "has no source 'Gauge' in this program; it has: 'Download'")]
    [InlineData("state rename gone position --cursor-of Fetch", "has no cursor 'gone' of the source 'Fetch'; it has: 'count'")]
    [InlineData("state reset Fetch --cursor gone", "has no cursor 'gone' of the source 'Fetch'; it has: 'count'")]
    public async Task What_cannot_be_renamed_or_forgotten_is_said(string command, string said)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Counting("Fetch", "count"));

        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(() => ChangeAsync(spout, command, Counting("Download", "count")));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state rename Fetch Download", "'Fetch' is a source of this program as well", "Fetch,Download")]
    [InlineData("state rename Fetch Download", "The source 'Download' has begun already", "Download")]
    [InlineData("state rename count other --cursor-of Fetch", "has no cursor 'other'; it has: count", "Fetch")]
    public async Task What_a_rename_would_lose_is_lost_only_by_force(string command, string said, string program)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Fetch", """{"count":3}"""));
        if (said.Contains("begun", StringComparison.Ordinal))
            await SaveAsync(spout, ("Download", """{"count":1}"""));
        SourceRegistration[] sources = [.. program.Split(',').Select(static name => Counting(name, "count"))];

        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(() => ChangeAsync(spout, command, sources));
        await ChangeAsync(spout, $"{command} --force", sources);

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Contains("3", Assert.Single((await LedgerAsync(spout)).Sources).Value.Cursors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rewind_behind_a_rename_is_refused_and_works_with_the_former_name()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Counting("Fetch", "count"));
        string before = await spout.Repo.HeadAsync(CancellationToken.None);
        SourceRegistration renamed = Counting("Download", "count");
        await ChangeAsync(spout, Commands(await RefusedAsync(spout, renamed))[0], renamed);
        await OnceAsync(spout, renamed);

        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(() => ChangeAsync(spout, $"state rewind {before}", renamed));
        await ChangeAsync(spout, $"state rewind {before}", Counting("Download", "count", formerName: "Fetch"));
        await OnceAsync(spout, renamed);

        Assert.Contains("At that commit: The ledger has the source 'Fetch', which the program does not have", refused.Message, StringComparison.Ordinal);
        Assert.Equal("2", await spout.ReadAsync("/count"));
    }
}
