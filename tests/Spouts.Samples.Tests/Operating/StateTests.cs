using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Spouts.Testing;

namespace Spouts.Samples.Tests.Operating;

/// <summary>What <c>state</c> does from outside, with real processes.</summary>
public sealed class StateTests
{
    [Fact]
    public async Task Show_says_what_the_ledger_keeps_and_disturbs_nobody()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        Assert.Equal("disk-report  nothing was committed yet\n", (await spout.OperateAsync("state", "show")).Output);
        string commit = await spout.PutAsync("/a", "1", cursor: 7);

        OperatedSpout.Ended shown = await spout.OperateAsync("state", "show");

        Assert.Equal($$"""
            disk-report  #1  {{commit}}
              put-file  cursor {"at":7}  due -  batch 1

            """, shown.Output);
        Assert.Equal(commit, await HeadAsync(spout));
    }

    [Fact]
    public async Task Set_changes_a_cursor_without_touching_files_and_starts_the_pipeline_again()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.PutAsync("/a", "1", cursor: 7);

        OperatedSpout.Ended set = await spout.OperateAsync("state", "set", "put-file", """{"at":3}""");

        Assert.Equal(0, set.ExitCode);
        Assert.Contains("""put-file  cursor {"at":3}  due -  batch 2""", set.Output, StringComparison.Ordinal);
        Assert.False(await spout.IsStoppedAsync());
        await spout.PutAsync("/b", "2", cursor: 4);
        Assert.Equal("/a=1 /b=2", await FilesAsync(spout));
    }

    [Fact]
    public async Task Reset_forgets_one_source_or_all()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.PutAsync("/a", "1", cursor: 7);
        await spout.OperateAsync("state", "set", "Measure", """{"day":1}""");

        OperatedSpout.Ended one = await spout.OperateAsync("state", "reset", "put-file", "--json");
        Assert.Equal("""{"Measure":{"cursor":{"day":1},"n":2},"put-file":{"n":3}}""", Sources(one));

        OperatedSpout.Ended all = await spout.OperateAsync("state", "reset", "--json");
        Assert.Equal("""{"Measure":{"n":4},"put-file":{"n":4}}""", Sources(all));
    }

    [Fact]
    public async Task Rewind_takes_the_ledger_back_and_not_the_files()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        string first = await spout.PutAsync("/a", "1", cursor: 1);
        await spout.PutAsync("/b", "2", cursor: 2);
        await spout.OperateAsync("state", "set", "Measure", """{"day":1}""");

        OperatedSpout.Ended rewound = await spout.OperateAsync("state", "rewind", first, "--json");

        Assert.Equal("""{"Measure":{"n":4},"put-file":{"cursor":{"at":1},"n":4}}""", Sources(rewound));
        Assert.Equal("/a=1 /b=2", await FilesAsync(spout));
    }

    [Theory]
    [InlineData("no source 'Fetch'; it has: Measure, put-file", "state", "set", "Fetch", "{}")]
    [InlineData("no source 'Fetch'; it has: Measure, put-file", "state", "reset", "Fetch")]
    [InlineData("is no JSON object", "state", "set", "Measure", "[1]")]
    [InlineData("is no JSON", "state", "set", "Measure", "{last:1")]
    [InlineData("0123456789ab4def0123456789abcdef", "state", "rewind", "0123456789ab4def0123456789abcdef")]
    [InlineData("master^", "state", "rewind", "master^")]
    [InlineData("has no spout 'clicks'; it has: disk-report", "state", "show", "--spout", "clicks")]
    public async Task What_cannot_be_changed_is_said_before_anything_is_stopped(string said, params string[] arguments)
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        string commit = await spout.PutAsync("/a", "1", cursor: 1);

        OperatedSpout.Ended refused = await spout.OperateAsync(arguments);

        Assert.Equal(64, refused.ExitCode);
        Assert.Contains(said, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Stopping", refused.Error, StringComparison.Ordinal);
        Assert.Equal(commit, await HeadAsync(spout));
    }

    [Fact]
    public async Task A_ledger_of_a_newer_version_is_left_alone()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        string commit = await spout.OpenCommitAsync("");
        await spout.FinishCommitAsync(commit, "spouts/2 #1 {}");

        foreach (string[] arguments in (string[][])[["state", "show"], ["state", "reset"]])
        {
            OperatedSpout.Ended refused = await spout.OperateAsync(arguments);
            Assert.Equal(64, refused.ExitCode);
            Assert.Contains("a ledger of a newer version", refused.LastLine, StringComparison.Ordinal);
        }

        Assert.Equal(commit, await HeadAsync(spout));
        Assert.False(await spout.IsStoppedAsync());
    }

    [Fact]
    public async Task A_pipeline_that_was_stopped_stays_stopped()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.PutAsync("/a", "1", cursor: 1);
        await spout.StopAsync();

        OperatedSpout.Ended set = await spout.OperateAsync("state", "set", "put-file", """{"at":2}""");

        Assert.Equal(0, set.ExitCode);
        Assert.Contains("pachctl start pipeline disk-report --project default", set.Error, StringComparison.Ordinal);
        Assert.True(await spout.IsStoppedAsync());
        Assert.Equal(2, await spout.CursorAsync());
    }

    [Fact]
    public async Task A_commit_that_a_worker_left_open_is_closed_and_counts_for_nothing()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.PutAsync("/a", "1", cursor: 1);
        string open = await spout.OpenCommitAsync("");

        Assert.Equal(0, (await spout.OperateAsync("state", "set", "put-file", """{"at":2}""")).ExitCode);

        using SpoutRepo repo = spout.Open();
        Assert.True((await repo.ReadCommitsAsync()).Single(commit => commit.Id == open).IsFinished);
        Assert.Equal(2, await spout.CursorAsync());
    }

    [Fact]
    public async Task In_a_worker_it_only_looks()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();

        Assert.Equal(0, (await spout.WorkAsync("state", "show")).ExitCode);
        OperatedSpout.Ended refused = await spout.WorkAsync("state", "reset");

        Assert.Equal(64, refused.ExitCode);
        Assert.Contains("Do it from outside", refused.LastLine, StringComparison.Ordinal);
    }

    // What a kill leaves: the pipeline stopped or not, and the ledger as before or as after.
    public static TheoryData<string, bool, bool, int> Kills => new()
    {
        { "StopPipeline", false, false, 1 },
        { "StopPipeline", true, true, 1 },
        { "StartCommit", false, true, 1 },
        { "StartCommit", true, true, 1 },
        { "FinishCommit", false, true, 1 },
        { "FinishCommit", true, true, 2 },
        { "StartPipeline", false, true, 2 },
        { "StartPipeline", true, false, 2 },
    };

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task Killed_at_any_step_it_leaves_the_ledger_before_or_after_and_can_be_repeated(string method, bool delivered, bool stopped, int cursor)
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.PutAsync("/a", "1", cursor: 1);
        string[] arguments = ["state", "set", "put-file", """{"at":2}"""];
        await using (FrontDoor door = await FrontDoor.StartAsync(spout.Cluster.Address))
        {
            door.Hold(method, delivered);
            using Process process = spout.Start(arguments, [new("PACHD_ADDRESS", $"grpc://localhost:{door.Port}")]);
            await door.Reached.WaitAsync(TimeSpan.FromSeconds(30));
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.Equal(stopped, await spout.IsStoppedAsync());
        Assert.Equal(cursor, await spout.CursorAsync());
        OperatedSpout.Ended repeated = await spout.OperateAsync(arguments);
        Assert.True(repeated.ExitCode == 0, repeated.Error);
        Assert.Equal(2, await spout.CursorAsync());
        if (stopped)
            await spout.StartAgainAsync();
        await spout.PutAsync("/b", "2", cursor: 3);
        Assert.Equal("/a=1 /b=2", await FilesAsync(spout));
        using SpoutRepo repo = spout.Open();
        Assert.DoesNotContain(await repo.ReadCommitsAsync(), static commit => commit.IsOpen);
    }

    [Fact]
    public async Task A_program_that_runs_on_a_laptop_goes_on_from_what_was_set()
    {
        using InstalledSample sample = new("LogTail", "log-tail");
        await File.WriteAllTextAsync(Path.Combine(sample.Folder, "sample.log"), "one\ntwo\n");
        using SampleProgram program = sample.Run("--json");
        await program.NextAsync("local");
        Assert.Equal(8, Offset(await program.NextAsync("commit")));

        string said = await sample.PrintAsync("""state set Follow "{\"offset\":4}" """);

        Assert.Contains("""Follow  cursor {"offset":4}""", said, StringComparison.Ordinal);
        JsonElement next = await program.NextAsync("commit");
        Assert.Equal(8, Offset(next));
        Assert.Equal(4, next.GetProperty("bytes").GetInt32());

        static int Offset(JsonElement commit) => commit.GetProperty("cursor").GetProperty("offset").GetInt32();
    }

    private static async Task<string> HeadAsync(OperatedSpout spout)
    {
        using SpoutRepo repo = spout.Open();
        return (await repo.ReadCommitsAsync())[0].Id;
    }

    private static async Task<string> FilesAsync(OperatedSpout spout)
    {
        using SpoutRepo repo = spout.Open();
        return string.Join(' ', (await repo.ReadFilesAsync()).Select(static file => $"{file.Key}={Encoding.UTF8.GetString(file.Value)}"));
    }

    private static string Sources(OperatedSpout.Ended ended) =>
        JsonDocument.Parse(ended.Output).RootElement.GetProperty("sources").GetRawText();
}
