using System.Diagnostics;

namespace Spouts.Samples.Tests.Operating;

/// <summary>How a worker's program begins.</summary>
public sealed class WorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task After_a_quick_death_it_waits_before_it_polls_again()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        KeyValuePair<string, string>[] variables = [.. spout.Worker, new("DiskReport__Folder", spout.Folder)];
        using (Process first = spout.Start(["--json"], variables))
        {
            string? line = await first.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            Assert.Contains("\"event\":\"commit\"", line, StringComparison.Ordinal);
            first.Kill();
            await first.WaitForExitAsync();
            Assert.DoesNotContain("died within a minute", await first.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        }

        using Process second = spout.Start(["--json"], variables);
        string? said = "";
        while (said is not null && !said.Contains("died within a minute", StringComparison.Ordinal))
            said = await second.StandardError.ReadLineAsync().WaitAsync(Patience);
        second.Kill();
        await second.WaitForExitAsync();
        Assert.NotNull(said);
    }

    [Fact]
    public async Task It_waits_for_its_sidecar_and_says_so()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        using Process process = spout.Start(["once"], [.. spout.Worker, new("PEER_PORT", $"{Loopback.FreePort()}")]);

        string? said = await process.StandardError.ReadLineAsync().WaitAsync(Patience);

        Assert.Contains("The sidecar is not there yet", said, StringComparison.Ordinal);
        Assert.Contains("nobody listens there", said, StringComparison.Ordinal);
        Assert.False(process.HasExited);
        process.Kill();
        await process.WaitForExitAsync();
    }

    [Theory]
    [InlineData("[suggest:2] st", "state")]
    [InlineData("[suggest:6] state ", "rewind")]
    public async Task Shells_are_told_what_may_come_next(string arguments, string suggested)
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();

        OperatedSpout.Ended ended = await spout.RunAsync(arguments.Split(' ', 2), []);

        Assert.Contains(suggested, ended.Output.Split('\n'));
    }
}
