using Spouts.Batching;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>A renamed source or cursor never begins anew in silence, and what the message says settles it.</summary>
public sealed partial class RenameTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    private static readonly PollTrigger EverySecond = new(TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_renamed_source_ends_the_program_before_it_writes_anything(bool isOnce)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Counting("Fetch", "count"));
        string open = await spout.Repo.StartAsync("left open", CancellationToken.None);

        using Running renamed = new(spout, Counting("Download", "count"));
        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(
            () => (isOnce ? renamed.OnceAsync() : renamed.RunAsync(CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Contains("the source 'Fetch', which the program does not have", refused.Message, StringComparison.Ordinal);
        Assert.Contains("the source 'Download', which the ledger does not have", refused.Message, StringComparison.Ordinal);
        Assert.Contains("set [Poll(…, FormerName = \"Fetch\")] on 'Download'", refused.Message, StringComparison.Ordinal);
        Assert.Equal([$"state rename Fetch Download --spout {spout.Name}", $"state reset Fetch --spout {spout.Name}"], Commands(refused));
        Assert.StartsWith($"{spout.Name}: ", refused.Message, StringComparison.Ordinal);
        Assert.True((await spout.Repo.InspectAsync(open, CancellationToken.None)).IsOpen);
    }

    [Theory]
    [InlineData(0, "2")]
    [InlineData(1, "1")]
    public async Task A_command_that_is_printed_for_a_renamed_source_lets_it_run(int command, string count)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Counting("Fetch", "count"));
        SourceRegistration renamed = Counting("Download", "count");

        await ChangeAsync(spout, Commands(await RefusedAsync(spout, renamed))[command], renamed);
        await OnceAsync(spout, renamed);

        Assert.Equal(count, await spout.ReadAsync("/count"));
        Assert.Equal(["Download"], (await LedgerAsync(spout)).Sources.Keys);
    }

    [Fact]
    public async Task A_source_that_has_no_cursor_is_renamed_as_well()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Plain("Fetch", []));

        SpoutConfigurationException refused = await RefusedAsync(spout, Plain("Download", []));

        Assert.Contains("the source 'Fetch', which the program does not have", refused.Message, StringComparison.Ordinal);
        Assert.Equal([$"state rename Fetch Download --spout {spout.Name}", $"state reset Fetch --spout {spout.Name}"], Commands(refused));
    }

    [Fact]
    public async Task A_renamed_cursor_ends_the_program_and_goes_on_where_it_was_with_its_former_name()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Counting("Fetch", "last"));

        SpoutConfigurationException refused = await RefusedAsync(spout, Counting("Fetch", "position"));
        await OnceAsync(spout, Counting("Fetch", "position", formerCursor: "last"));
        await OnceAsync(spout, Counting("Fetch", "position", formerCursor: "last"));
        await OnceAsync(spout, Counting("Fetch", "position"));

        Assert.Contains("the cursor 'last' of the source 'Fetch', which the program does not have", refused.Message, StringComparison.Ordinal);
        Assert.Contains("mark the parameter 'position' with [Cursor(FormerName = \"last\")]", refused.Message, StringComparison.Ordinal);
        Assert.Equal("4", await spout.ReadAsync("/count"));
        Assert.Equal("""{"position":4}""", (await LedgerAsync(spout)).Sources["Fetch"].Cursors);
    }

    [Theory]
    [InlineData(0, "2")]
    [InlineData(1, "1")]
    public async Task A_command_that_is_printed_for_a_renamed_cursor_lets_it_run(int command, string count)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Counting("Fetch", "last"));
        SourceRegistration renamed = Counting("Fetch", "position");

        await ChangeAsync(spout, Commands(await RefusedAsync(spout, renamed))[command], renamed);
        await OnceAsync(spout, renamed);

        Assert.Equal(count, await spout.ReadAsync("/count"));
        Assert.Equal($$"""{"position":{{count}}}""", (await LedgerAsync(spout)).Sources["Fetch"].Cursors);
    }

    [Theory]
    [InlineData(0, "2")]
    [InlineData(1, "4")]
    public async Task Where_a_source_was_saved_under_both_of_its_names_the_author_says_which_counts(int command, string count)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Fetch", """{"count":3}"""), ("Download", """{"count":1}"""));
        SourceRegistration renamed = Counting("Download", "count", formerName: "Fetch");

        SpoutConfigurationException refused = await RefusedAsync(spout, renamed);
        Assert.Equal(["Download", "Fetch"], (await LedgerAsync(spout)).Sources.Keys);
        await ChangeAsync(spout, Commands(refused)[command], renamed);
        await OnceAsync(spout, renamed);

        Assert.Contains("""'Download' is at {"count":1}, 'Fetch' at {"count":3}""", refused.Message, StringComparison.Ordinal);
        Assert.Equal([$"state reset Fetch --spout {spout.Name}", $"state reset Download --spout {spout.Name}"], Commands(refused));
        Assert.Equal(count, await spout.ReadAsync("/count"));
        Assert.Equal(["Download"], (await LedgerAsync(spout)).Sources.Keys);
    }

    [Theory]
    [InlineData(0, "2")]
    [InlineData(1, "4")]
    public async Task Where_a_cursor_was_saved_under_both_of_its_names_the_author_says_which_counts(int command, string count)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Fetch", """{"last":3,"position":1}"""));
        SourceRegistration renamed = Counting("Fetch", "position", formerCursor: "last");

        SpoutConfigurationException refused = await RefusedAsync(spout, renamed);
        await ChangeAsync(spout, Commands(refused)[command], renamed);
        await OnceAsync(spout, renamed);

        Assert.Contains("'position' is 1, 'last' is 3", refused.Message, StringComparison.Ordinal);
        Assert.Equal(count, await spout.ReadAsync("/count"));
        Assert.Equal($$"""{"position":{{count}}}""", (await LedgerAsync(spout)).Sources["Fetch"].Cursors);
    }

    [Fact]
    public async Task A_rewind_to_both_names_of_a_source_drops_neither()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Fetch", """{"count":3}"""), ("Download", """{"count":1}"""));
        string both = await spout.Repo.HeadAsync(CancellationToken.None);
        SourceRegistration renamed = Counting("Download", "count", formerName: "Fetch");
        await ChangeAsync(spout, "state reset Fetch", renamed);

        await ChangeAsync(spout, $"state rewind {both} --force", renamed);

        Assert.Contains("""'Download' is at {"count":1}, 'Fetch' at {"count":3}""", (await RefusedAsync(spout, renamed)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The ledger has the source 'Fetch', which the program does not have", "Fetch,Other", "Other")]
    [InlineData("The ledger does not have the source 'Download', which begins anew", "Fetch", "Fetch,Download")]
    [InlineData(null, "Fetch,Other", "Fetch,Other")]
    [InlineData(null, "", "Fetch")]
    public async Task Sources_that_were_only_added_or_only_removed_are_told_in_one_line(string? told, string before, string after)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await OnceAsync(spout, Sources(before));

        IReadOnlyList<string> log = await OnceAsync(spout, Sources(after));

        Assert.Equal(told is null ? 0 : 1, log.Count(line => line.Contains("The ledger", StringComparison.Ordinal)));
        Assert.All(log.Where(static line => line.Contains("The ledger", StringComparison.Ordinal)), line => Assert.Contains(told!, line, StringComparison.Ordinal));

        static SourceRegistration[] Sources(string names) =>
            [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static name => Counting(name, "count"))];
    }

    [Theory]
    [InlineData("The ledger has the cursor 'last' of the source 'Fetch', which the program does not have", """{"count":1,"last":7}""")]
    [InlineData("The ledger does not have the cursor 'count' of the source 'Fetch', which begins anew", "{}")]
    public async Task Cursors_that_were_only_added_or_only_removed_are_told_in_one_line(string told, string saved)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Fetch", saved));

        IReadOnlyList<string> log = await OnceAsync(spout, Counting("Fetch", "count"));

        Assert.Contains(told, Assert.Single(log, static line => line.Contains("The ledger", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cursors_that_are_not_known_are_not_compared()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("Fetch", """{"last":7}"""));

        Assert.DoesNotContain(await OnceAsync(spout, Plain("Fetch", cursors: null)), static line => line.Contains("The ledger", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_that_were_put_are_no_source()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await SaveAsync(spout, ("put-file", """{"at":1}"""));

        await OnceAsync(spout, Counting("Fetch", "count"));

        Assert.Equal("1", await spout.ReadAsync("/count"));
    }

    [Fact]
    public async Task What_a_process_of_the_former_name_had_open_is_found_before_a_source_runs()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using StagedBatch batch = await spout.StageAsync(7, SpoutFile.Text("/a", "1"));
        (string commit, _) = await spout.OpenAsync(batch);
        await spout.Repo.AttachAsync(commit, batch.FileSet, CancellationToken.None);

        SpoutConfigurationException refused = await RefusedAsync(spout, Counting("Download", "count"));

        Assert.Contains("the source 'Fetch', which the program does not have", refused.Message, StringComparison.Ordinal);
        Assert.Null(await spout.ReadAsync("/count"));
    }
}
