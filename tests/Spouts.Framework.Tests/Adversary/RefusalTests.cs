using Grpc.Core;
using Spouts.Hosting;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Publishing;
using Spouts.Testing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Adversary;

/// <summary>What Pachyderm will not do, and what the last line of the log then says.</summary>
public sealed class RefusalTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Theory]
    [InlineData("StartCommit", StatusCode.Unknown)]
    [InlineData("AddFileSet", StatusCode.Unknown)]
    [InlineData("FinishCommit", StatusCode.Unknown)]
    [InlineData("InspectBranch", StatusCode.Unknown)]
    public async Task What_is_refused_five_times_in_a_row_ends_the_process_with_what_the_server_said(string method, StatusCode code)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        int refusals = method == "FinishCommit" ? 6 : 5;
        for (int i = 0; i < refusals; i++)
            process.Hook.Before(method, _ => throw new RpcException(new Status(code, "no room in /shelf")));
        if (method == "InspectBranch")
            process.Hook.Lose("StartCommit");

        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended()));

        (int exit, string text) = SpoutProgram.Explain(refused);
        Assert.Equal(70, exit);
        Assert.Contains("no room in /shelf", text, StringComparison.Ordinal);
        Assert.Contains(spout.Name, text, StringComparison.Ordinal);
        using TestSpout successor = spout.Successor();
        Assert.InRange(await successor.CursorAsync(), 1, 2);
        Assert.Equal(await successor.CursorAsync() == 2 ? "1\n2\n" : "1\n", await spout.ReadAsync("/log"));
    }

    [Fact]
    public async Task A_pipeline_that_cannot_be_found_is_not_taken_for_another_process()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        for (int i = 0; i < 5; i++)
            process.Hook.Before("StartCommit", _ => throw new RpcException(new Status(StatusCode.NotFound, $"pipeline \"default/{spout.Name}\" not found")));

        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended()));

        Assert.Contains("spec repo", SpoutProgram.Explain(refused).Text, StringComparison.Ordinal);
        Assert.Equal(1, await spout.CursorAsync());
    }

    [Fact]
    public async Task A_refusal_that_passes_ends_nothing()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        for (int i = 0; i < 4; i++)
            process.Hook.Before("StartCommit", _ => throw new RpcException(new Status(StatusCode.Unknown, "commit unexpectedly resulted in rollback")));

        Assert.IsType<PublishResult.Committed>(await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended()));

        Assert.Equal("1\n", await spout.ReadAsync("/log"));
    }

    [Fact]
    public async Task What_is_refused_again_and_again_ends_the_process_although_each_recovery_is_refused_something_else_first()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        for (int i = 0; i < 8; i++)
        {
            process.Hook.Before("StartCommit", _ => throw new RpcException(new Status(StatusCode.Unknown, "no room in /shelf")));
            process.Hook.Before("InspectBranch", _ => throw new RpcException(new Status(StatusCode.Unknown, "the metadata are locked")));
            process.Hook.Before("InspectBranch", static _ => Task.CompletedTask);
        }

        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended()));

        Assert.Contains("no room in /shelf", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1 + 5, process.Hook.Calls["StartCommit"]);
    }

    [Fact]
    public async Task What_a_recovery_was_refused_before_it_succeeded_is_not_counted_against_the_batch()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended());
        process.Hook.Before("StartCommit", static _ => throw Refused());
        process.Hook.Before("StartCommit", static _ => throw Refused());
        for (int i = 0; i < 4; i++)
            process.Hook.Before("InspectBranch", static _ => throw Refused());

        Assert.IsType<PublishResult.Committed>(await process.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended()));

        Assert.Equal("1\n2\n", await spout.ReadAsync("/log"));

        static RpcException Refused() => new(new Status(StatusCode.Unknown, "commit unexpectedly resulted in rollback"));
    }

    [Fact]
    public async Task A_branch_that_was_deleted_is_told_from_a_pipeline_that_was_stopped_and_the_cure_helps()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/a", "1"));
        process.Hook.Before("StartCommit", async _ => await process.Pfs.DeleteBranchAsync(new() { Branch = process.Master, Force = true }));

        SupersededException ended = await Assert.ThrowsAsync<SupersededException>(() => process.PublishAsync(2, SpoutFile.Text("/a", "2")));

        Assert.Equal(77, ended.ExitCode);
        Assert.Contains("the branch was deleted", ended.Message, StringComparison.Ordinal);
        Assert.Contains($"pachctl inspect pipeline {spout.Name} --project default", ended.Message, StringComparison.Ordinal);
        await spout.StopAndStartAsync();
        using Process next = new(pachd, spout);
        Assert.IsType<PublishResult.Committed>(await next.PublishAsync(2, SpoutFile.Text("/a", "2")));
    }

    [Fact]
    public async Task An_open_commit_on_the_spec_repo_is_not_called_an_update()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        await process.PublishAsync(1, SpoutFile.Text("/a", "1"));
        await process.Pfs.StartCommitAsync(new() { Branch = new() { Repo = new() { Project = new() { Name = "default" }, Name = spout.Name, Type = "spec" }, Name = "master" } });

        SupersededException ended = await Assert.ThrowsAsync<SupersededException>(() => process.PublishAsync(2, SpoutFile.Text("/a", "2")));

        Assert.Equal(77, ended.ExitCode);
        Assert.Contains($"onto the spec repo default/{spout.Name}.spec", ended.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("was updated", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_changes_nothing_costs_few_calls()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process process = new(pachd, spout);
        SpoutFile[] files = [.. Enumerable.Range(0, 1000).Select(static i => SpoutFile.Text($"/f/{i}", $"{i}"))];
        await process.PublishAsync(1, files);
        process.Hook.Calls.Clear();
        process.Hook.Streams.Clear();

        await process.PublishAsync(2, files);

        Assert.InRange(process.Hook.Calls["InspectFile"], 1, 64);
        Assert.InRange(process.Hook.Streams["GetFile"], 1, 16);
        IReadOnlyList<SpoutCommit> commits = await spout.Arrived.ReadCommitsAsync();
        Assert.Equal(2, await spout.CursorAsync());
        Assert.DoesNotContain(commits, static commit => commit.IsOpen);
    }
}
