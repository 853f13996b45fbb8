using System.Text.Json;
using Spouts.Ledgers;

namespace Spouts.Samples.Tests.Operating;

/// <summary>What a program says whose source the ledger knows by another name, with real processes.</summary>
public sealed class RenameTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("once")]
    [InlineData("dry-run")]
    public async Task A_renamed_source_ends_the_worker_with_64_and_says_how_to_go_on(string command)
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await RememberAsync(spout, "Gauge");

        OperatedSpout.Ended ended = await spout.WorkAsync([command], ("DiskReport__Folder", spout.Folder));

        AssertRefused(ended);
    }

    [Fact]
    public async Task A_renamed_source_is_found_by_doctor_and_a_dry_run_from_outside()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await RememberAsync(spout, "Gauge");

        OperatedSpout.Ended doctor = await spout.OperateAsync("doctor");
        OperatedSpout.Ended rehearsed = await spout.OperateAsync("dry-run");

        Assert.Equal(64, doctor.ExitCode);
        Assert.Contains("ledger: The ledger has the source 'Gauge', which the program does not have", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("state reset Gauge", doctor.Output, StringComparison.Ordinal);
        AssertRefused(rehearsed);
    }

    [Fact]
    public async Task What_was_forgotten_with_the_command_that_is_printed_does_not_hinder_a_start()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await RememberAsync(spout, "Gauge");

        OperatedSpout.Ended reset = await spout.OperateAsync("state", "reset", "Gauge", "--json");
        OperatedSpout.Ended ended = await spout.WorkAsync(["dry-run"], ("DiskReport__Folder", spout.Folder));

        Assert.Equal("{}", JsonDocument.Parse(reset.Output).RootElement.GetProperty("sources").GetRawText());
        Assert.True(ended.ExitCode == 0, ended.Error);
    }

    private static void AssertRefused(OperatedSpout.Ended ended)
    {
        Assert.Equal(64, ended.ExitCode);
        Assert.Contains("'Gauge', which the program does not have", ended.LastLine, StringComparison.Ordinal);
        Assert.Contains("'Measure', which the ledger does not have", ended.LastLine, StringComparison.Ordinal);
        Assert.Contains("FormerName = \"Gauge\"", ended.LastLine, StringComparison.Ordinal);
        Assert.Contains("state reset Gauge", ended.LastLine, StringComparison.Ordinal);
    }

    // As a program has left it whose source had that name.
    private static async Task RememberAsync(OperatedSpout spout, string source)
    {
        using JsonDocument json = JsonDocument.Parse($$"""{"n":1,"id":"0","sources":{"{{source}}":{"n":1} } }""");
        await spout.FinishCommitAsync(await spout.OpenCommitAsync(""), new CommitDescription.Final(Ledger.From(json.RootElement)).ToString());
    }
}
