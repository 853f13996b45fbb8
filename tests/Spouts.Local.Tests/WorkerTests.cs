using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Local;
using Spouts.Pachyderm.Protos.Pps;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>What a spout's command finds, and how long it runs.</summary>
public sealed class WorkerTests : IAsyncLifetime
{
    // Its child ignores SIGTERM and lives on when the script is gone.
    private const string Stubborn = "trap '' TERM; sleep 1000 & echo child=$!; echo script=$$; wait";
    private readonly WorkerSetup _setup = new();

    public async ValueTask InitializeAsync() => await _setup.StartAsync();

    public ValueTask DisposeAsync()
    {
        _setup.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_command_has_its_pod_s_environment_arguments_stdin_and_working_directory()
    {
        await _setup.CreateAsync(
            "s",
            ["bash", "-c", "cat; pwd; echo \"arg=$0\"; env; echo done", "a b"],
            spec =>
            {
                spec["transform"]!["stdin"] = new JsonArray("first line", "second line");
                spec["transform"]!["workingDir"] = _setup.State;
                spec["transform"]!["env"] = new JsonObject { ["MINE"] = "1", ["PPS_PIPELINE_NAME"] = "not mine" };
            });

        List<string> lines = [.. (await _setup.FollowUntilAsync("s", "done")).Select(line => line.Message)];

        Assert.Equal(["first line", "second line", _setup.State, "arg=a b"], lines[..4]);
        PipelineInfo info = await _setup.InspectAsync("s");
        string[] expected =
        [
            "MINE=1", "PACH_IN_WORKER=true", "PPS_PROJECT_NAME=default", "PPS_PIPELINE_NAME=s", $"PPS_SPEC_COMMIT={info.SpecCommit.Id}",
            "PPS_WORKER_IP=127.0.0.1", "PPS_POD_NAME=default-s-v1-0", "PPS_WORKER_GRPC_PORT=1080", "PACH_NAMESPACE=default", "PACHYDERM_LOG_LEVEL=info",
            $"PWD={_setup.State}",
        ];
        Assert.All(expected, variable => Assert.Single(lines, variable));
        string config = lines.Single(line => line.StartsWith("PACH_CONFIG=", StringComparison.Ordinal)).Split('=')[1];
        string port = lines.Single(line => line.StartsWith("PEER_PORT=", StringComparison.Ordinal)).Split('=')[1];
        using JsonDocument written = JsonDocument.Parse(await File.ReadAllTextAsync(config));
        Assert.Equal(
            $"localhost:{port}",
            written.RootElement.GetProperty("v2").GetProperty("contexts").GetProperty("default").GetProperty("pachd_address").GetString());
    }

    [Fact]
    public async Task A_command_without_stdin_reads_an_end()
    {
        await _setup.CreateAsync("s", "cat; echo end");
        await _setup.FollowUntilAsync("s", "end");
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("update")]
    [InlineData("delete")]
    public async Task A_command_and_its_children_are_killed_when_the_pipeline_changes(string what)
    {
        await _setup.CreateAsync("s", Stubborn);
        int script = await _setup.FollowUntilPidAsync("s", "script"), child = await _setup.FollowUntilPidAsync("s", "child");
        string version = (await _setup.InspectAsync("s")).SpecCommit.Id;

        if (what == "stop")
            await _setup.Pps.StopPipelineAsync(new StopPipelineRequest { Pipeline = WorkerSetup.Named("s") });
        else if (what == "update")
            await _setup.CreateAsync("s", "echo version=$PPS_SPEC_COMMIT", update: true);
        else
            await _setup.Pps.DeletePipelineAsync(new DeletePipelineRequest { Pipeline = WorkerSetup.Named("s") });

        await WorkerSetup.GoneAsync(script);
        await WorkerSetup.GoneAsync(child);
        if (what != "update")
            return;
        string message = (await _setup.FollowUntilAsync("s", "version="))[^1].Message;
        Assert.Equal($"version={(await _setup.InspectAsync("s")).SpecCommit.Id}", message);
        Assert.NotEqual($"version={version}", message);
    }

    [Fact]
    public async Task A_command_is_started_again_with_its_pipeline_and_not_by_a_second_start()
    {
        await _setup.CreateAsync("s", Stubborn);
        int first = await _setup.FollowUntilPidAsync("s", "script");
        await _setup.Pps.StopPipelineAsync(new StopPipelineRequest { Pipeline = WorkerSetup.Named("s") });
        await WorkerSetup.GoneAsync(first);

        await _setup.Pps.StartPipelineAsync(new StartPipelineRequest { Pipeline = WorkerSetup.Named("s") });
        int second = await _setup.FollowUntilPidAsync("s", "script");
        Assert.NotEqual(first, second);

        await _setup.Pps.StartPipelineAsync(new StartPipelineRequest { Pipeline = WorkerSetup.Named("s") });
        Assert.True(WorkerSetup.IsAlive(second));
        // What it says now it says in the same life: its log goes on.
        Assert.Equal(second, await _setup.FollowUntilPidAsync("s", "script"));
    }

    [Fact]
    public async Task A_command_that_ends_with_0_leaves_a_running_pipeline_and_no_children()
    {
        await _setup.CreateAsync("s", "sleep 1000 & echo child=$!; exit 0");
        int child = await _setup.FollowUntilPidAsync("s", "child");
        await _setup.FollowUntilAsync("s", "exit status 0: this worker does not run it again", master: true);
        await WorkerSetup.GoneAsync(child);
        Assert.Equal(PipelineState.PipelineRunning, (await _setup.InspectAsync("s")).State);
    }

    [Fact]
    public async Task An_accepted_exit_code_counts_as_0()
    {
        await _setup.CreateAsync("s", "exit 7", spec => spec["transform"]!["acceptReturnCode"] = new JsonArray(6, 7));
        await _setup.FollowUntilAsync("s", "exit status 7: this worker does not run it again", master: true);
    }

    [Fact]
    public async Task A_command_that_fails_is_run_again_after_10_seconds_give_or_take_a_half()
    {
        await _setup.CreateAsync("s", "echo run; exit 3");
        List<LogMessage> lines = [.. (await _setup.FollowUntilAsync("s", "run", times: 2)).Where(line => line.Message == "run")];
        Assert.InRange((lines[1].Ts - lines[0].Ts).ToTimeSpan(), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
        Assert.Equal(PipelineState.PipelineRunning, (await _setup.InspectAsync("s")).State);
    }

    [Fact]
    public async Task Three_replicas_run_one_after_the_other_and_never_together()
    {
        string held = Path.Combine(_setup.State, "held");
        await _setup.CreateAsync(
            "s",
            $"mkdir {held} || echo together; echo pod=$PPS_POD_NAME; rmdir {held}; exit 0",
            spec => spec["parallelismSpec"] = new JsonObject { ["constant"] = 3 });
        List<string> lines = [.. (await _setup.FollowUntilAsync("s", "pod=", times: 3)).Select(line => line.Message)];
        Assert.Equal(["pod=default-s-v1-0", "pod=default-s-v1-1", "pod=default-s-v1-2"], lines.Order());
    }

    [Fact]
    public async Task Commands_go_with_a_local_pachd_that_is_killed_and_come_back_with_the_next()
    {
        await _setup.CreateAsync("s", Stubborn);
        int script = await _setup.FollowUntilPidAsync("s", "script"), child = await _setup.FollowUntilPidAsync("s", "child");

        _setup.Kill();
        await WorkerSetup.GoneAsync(script);
        await WorkerSetup.GoneAsync(child);

        await _setup.StartAsync();
        Assert.NotEqual(script, int.Parse((await _setup.FollowUntilAsync("s", "script=", times: 2))[^1].Message["script=".Length..], provider: null));
    }

    [Fact]
    public async Task A_keeper_that_is_killed_takes_its_group_along()
    {
        await _setup.CreateAsync("s", "trap '' TERM; sleep 1000 & echo child=$!; echo script=$$; echo keeper=$PPID; wait");
        int keeper = await _setup.FollowUntilPidAsync("s", "keeper");
        using (Process killed = Process.GetProcessById(keeper))
            killed.Kill();
        await WorkerSetup.GoneAsync(await _setup.FollowUntilPidAsync("s", "script"));
        await WorkerSetup.GoneAsync(await _setup.FollowUntilPidAsync("s", "child"));
        await _setup.FollowUntilAsync("s", "exit status 137: this worker runs it again in ", master: true);
    }

    [Fact]
    public async Task A_program_that_attaches_takes_the_place_of_the_command_until_it_leaves()
    {
        await _setup.CreateAsync("s", Stubborn);
        int script = await _setup.FollowUntilPidAsync("s", "script");
        using (AsyncServerStreamingCall<WorkerEnvironment> attached = _setup.Workers.Attach(new AttachRequest { Pipeline = "s" }))
        {
            Assert.True(await attached.ResponseStream.MoveNext(CancellationToken.None));
            Assert.False(WorkerSetup.IsAlive(script));
            RpcException none = await Assert.ThrowsAsync<RpcException>(() => _setup.LogAsync(new GetLogsRequest { Pipeline = WorkerSetup.Named("s") }));
            Assert.Equal("no pods belonging to the rc \"default-s-v1\" were found", none.Status.Detail);
        }

        List<LogMessage> lines = await _setup.FollowUntilAsync("s", "script=", times: 2);
        Assert.NotEqual($"script={script}", lines[^1].Message);
    }

    [Fact]
    public async Task A_missing_command_is_told_in_the_pipeline_s_reason_and_mended_by_an_update()
    {
        await _setup.CreateAsync("s", ["/no/such/program"]);
        PipelineInfo info = await _setup.InspectUntilAsync("s", PipelineState.PipelineCrashing);
        Assert.Equal(
            "cannot run \"/no/such/program\" of image \"img:1\": this machine has no such command: "
            + "say what stands for the image with --image img:1=DIR, or attach a program",
            info.Reason);

        await _setup.CreateAsync("s", "echo here", update: true);
        await _setup.FollowUntilAsync("s", "here");
        info = await _setup.InspectAsync("s");
        Assert.Equal((PipelineState.PipelineRunning, ""), (info.State, info.Reason));
    }

    [Fact]
    public async Task A_command_waits_until_its_controller_s_name_is_free()
    {
        await _setup.CreateAsync("a-b", "echo first; sleep 1000");
        await _setup.FollowUntilAsync("a-b", "first");
        await _setup.CreateAsync("A_b", "echo second; sleep 1000");
        Assert.Equal(PipelineState.PipelineRestarting, (await _setup.InspectAsync("A_b")).State);

        await _setup.Pps.DeletePipelineAsync(new DeletePipelineRequest { Pipeline = WorkerSetup.Named("a-b") });
        await _setup.FollowUntilAsync("A_b", "second");
    }

    [Fact]
    public async Task A_command_is_started_anew_with_every_new_token()
    {
        await _setup.CreateAsync("s", "echo token=$(grep -o 'session_token\": \"[^\"]*' $PACH_CONFIG); sleep 1000");
        Assert.Equal("token=", (await _setup.FollowUntilAsync("s", "token="))[^1].Message);

        await _setup.ActivateAuthAsync();
        string first = (await _setup.FollowUntilAsync("s", "token=session_token"))[^1].Message;
        Assert.Equal("pipeline:default/s", await _setup.WhoAsync(first.Split('"')[2]));

        await _setup.CreateAsync("s", "echo token=$(grep -o 'session_token\": \"[^\"]*' $PACH_CONFIG) for $PPS_SPEC_COMMIT; sleep 1000", update: true);
        string second = (await _setup.FollowUntilAsync("s", "token=session_token"))[^1].Message;
        Assert.EndsWith($" for {(await _setup.InspectAsync("s")).SpecCommit.Id}", second, StringComparison.Ordinal);
        Assert.Equal("pipeline:default/s", await _setup.WhoAsync(second.Split('"')[2].Split(' ')[0]));
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => _setup.WhoAsync(first.Split('"')[2]))).StatusCode);
    }

    [Fact]
    public async Task A_pipeline_without_a_command_fails()
    {
        await _setup.CreateAsync("s", Array.Empty<string>());
        Assert.Equal("nothing to run: no transform.cmd", (await _setup.InspectUntilAsync("s", PipelineState.PipelineFailure)).Reason);
    }
}
