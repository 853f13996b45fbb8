using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
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
        await spout.OperateAsync("state", "set", "Measure", """{"day":1}""", "--force");

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
        await spout.OperateAsync("state", "set", "Measure", """{"day":1}""", "--force");

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
    [InlineData("'master^' is not the id of a commit", "state", "rewind", "master^")]
    [InlineData("'disk-report@master' is not the id of a commit", "state", "rewind", "disk-report@master")]
    [InlineData("An empty text is not the id of a commit", "state", "rewind", "")]
    [InlineData("The source 'Measure' has no cursors", "state", "set", "Measure", "{\"day\":1}")]
    [InlineData("has saved no cursor 'att'", "state", "set", "put-file", "{\"att\":1}", "--dry-run")]
    [InlineData("has no spout 'clicks'; it has: disk-report", "state", "show", "--spout", "clicks")]
    [InlineData("set needs <cursors>, which is missing", "state", "set", "Measure")]
    [InlineData("set needs <source>, which is missing", "state", "set")]
    [InlineData("Unrecognized command or argument 'more'", "state", "set", "Measure", "{}", "more")]
    [InlineData("Duplicate property 'at'", "state", "set", "put-file", "{\"at\":1,\"at\":2}", "--force")]
    [InlineData("Duplicate property 'x'", "state", "set", "put-file", "{\"at\":{\"x\":1,\"x\":2}}", "--force")]
    [InlineData("is no JSON", "state", "set", "put-file", "{\"at\":\"\\ud800\"}")]
    [InlineData("is no JSON", "state", "set", "put-file", "")]
    [InlineData("from 1 to 2147483647, and not 'x'", "state", "log", "--limit", "x")]
    [InlineData("from 1 to 2147483647, and not '99999999999'", "state", "log", "--limit", "99999999999")]
    [InlineData("from 1 to 2147483647, and not '0'", "state", "log", "--limit", "0")]
    [InlineData("from 1 to 2147483647, and not '-1'", "state", "log", "--limit", "-1")]
    [InlineData("Required argument missing for option: '--limit'", "state", "log", "--limit")]
    [InlineData("rewind needs <commit>, which is missing", "state", "rewind")]
    [InlineData("rename needs <new>, which is missing", "state", "rename", "Fetch")]
    [InlineData("Name the source as well", "state", "reset", "--cursor", "at")]
    [InlineData("has no cursor 'x' of the source 'put-file'; it has: 'at'", "state", "reset", "put-file", "--cursor", "x")]
    [InlineData("has no source 'Fetch'; it has: 'put-file'", "state", "rename", "Fetch", "Measure")]
    [InlineData("Duplicate property 'at'", "put", "file", "-f", "-", "/b", "--cursor", "{\"at\":1,\"at\":2}")]
    [InlineData("Required argument missing for option: '--cursor'", "put", "file", "-f", "-", "/b", "--cursor")]
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
    public async Task A_preview_prints_the_ledger_before_and_after_and_changes_nothing()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        string commit = await spout.PutAsync("/a", "1", cursor: 7);

        OperatedSpout.Ended set = await spout.OperateAsync("state", "set", "put-file", """{"at":3}""", "--dry-run");
        OperatedSpout.Ended reset = await spout.OperateAsync("state", "reset", "--dry-run", "--json");

        Assert.Equal($$"""
            before: disk-report  #1  {{commit}}
              put-file  cursor {"at":7}  due -  batch 1
            after: disk-report  #2
              put-file  cursor {"at":3}  due -  batch 2

            """, set.Output);
        Assert.Equal(["before", "after"], reset.Output.TrimEnd().Split('\n').Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("when").GetString()));
        Assert.DoesNotContain("Stopping", set.Error + reset.Error, StringComparison.Ordinal);
        Assert.Equal(commit, await HeadAsync(spout));
    }

    [Fact]
    public async Task The_log_lists_what_rewind_can_go_back_to()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        Assert.Contains("nothing was committed yet", (await spout.OperateAsync("state", "log")).Output, StringComparison.Ordinal);
        string first = await spout.PutAsync("/a", "1", cursor: 1);
        string second = await spout.PutAsync("/b", "22", cursor: 2);
        await spout.OperateAsync("state", "set", "put-file", """{"at":9}""");

        string[] lines = (await spout.OperateAsync("state", "log")).Output.TrimEnd().Split('\n');
        OperatedSpout.Ended json = await spout.OperateAsync("state", "log", "--json", "--limit", "2");

        Assert.Equal(3, lines.Length);
        Assert.Matches("""^disk-report  #3  \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ  [0-9a-f]{32}  0 files  0 B  put-file {"at":9}$""", lines[0]);
        Assert.Matches($$"""^disk-report  #2  .*Z  {{second}}  1 file  2 B  put-file {"at":2}$""", lines[1]);
        Assert.Matches($$"""^disk-report  #1  .*Z  {{first}}  1 file  1 B  put-file {"at":1}$""", lines[2]);
        JsonElement[] events = [.. json.Output.TrimEnd().Split('\n').Select(static line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal([3, 2], events.Select(static line => line.GetProperty("number").GetInt32()));
        Assert.Equal(second, events[1].GetProperty("commit").GetString());
        Assert.Equal(2, events[1].GetProperty("sources").GetProperty("put-file").GetProperty("at").GetInt32());

        // What it prints is what rewind takes.
        Assert.Equal(0, (await spout.OperateAsync("state", "rewind", events[1].GetProperty("commit").GetString()!)).ExitCode);
        Assert.Equal(2, await spout.CursorAsync());
    }

    [Fact]
    public async Task A_cluster_that_is_named_is_changed_only_with_consent()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.PutAsync("/a", "1", cursor: 7);
        JsonObject context = new() { ["pachd_address"] = spout.Address };
        string[] set = ["state", "set", "put-file", """{"at":3}"""];

        OperatedSpout.Ended refused = await spout.OperateInAsync(context, set);
        Assert.Equal(64, refused.ExitCode);
        Assert.Contains("add --yes", refused.LastLine, StringComparison.Ordinal);
        Assert.Equal(0, (await spout.OperateInAsync(context, [.. set, "--dry-run"])).ExitCode);
        Assert.Equal(7, await spout.CursorAsync());

        Assert.Equal(64, await AnswerAsync(spout, set, "n"));
        Assert.Equal(7, await spout.CursorAsync());
        Assert.Equal(0, await AnswerAsync(spout, set, "y"));
        Assert.Equal(3, await spout.CursorAsync());
        Assert.Equal(0, (await spout.OperateInAsync(context, [.. set, "--yes"])).ExitCode);
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

        foreach ((string wrong, string cure) in new[] { ("ofset", "it has: offset (Int64)"), ("offset", "is Int64, and cannot be") })
        {
            using SampleProgram refused = sample.Run($$"""state set Follow "{\"{{wrong}}\":\"x\"}" --json""");
            Assert.Equal(64, (await refused.EndAsync()).ExitCode);
            Assert.Contains(cure, refused.Log, StringComparison.Ordinal);
            Assert.DoesNotContain("Stopping", refused.Log, StringComparison.Ordinal);
            Assert.DoesNotContain("is in use", refused.Log, StringComparison.Ordinal);
        }

        string said = await sample.PrintAsync("""state set Follow "{\"offset\":4}" """);

        Assert.Contains("""Follow  cursor {"offset":4}""", said, StringComparison.Ordinal);
        JsonElement next = await program.NextAsync("commit");
        Assert.Equal(8, Offset(next));
        Assert.Equal(4, next.GetProperty("bytes").GetInt32());

        static int Offset(JsonElement commit) => commit.GetProperty("cursor").GetProperty("offset").GetInt32();
    }

    // In a terminal, with the context that was written before.
    private static async Task<int> AnswerAsync(OperatedSpout spout, string[] arguments, string answer)
    {
        string command = string.Join(' ', arguments.Append("--context").Append("mine").Prepend(OperatedSpout.Program).Prepend("dotnet").Select(static word => $"'{word}'"));
        ProcessStartInfo info = new("script", ["-qec", command, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        info.Environment["PACH_CONFIG"] = Path.Combine(spout.Folder, "config.json");
        using Process terminal = Process.Start(info)!;
        await terminal.StandardInput.WriteLineAsync(answer);
        await terminal.StandardInput.FlushAsync();
        string said = await terminal.StandardOutput.ReadToEndAsync();
        await terminal.WaitForExitAsync();
        Assert.Contains("Change the state of disk-report in the context 'mine'", said, StringComparison.Ordinal);
        return terminal.ExitCode;
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
