using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Commands;
using Spouts.Hosting;
using Spouts.Operating;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Publishing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Adversary;

/// <summary>What is wrong with a change of the ledger is found before the pipeline is stopped, and the cure that is printed works.</summary>
public sealed partial class StateChangeTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_misspelt_cursor_does_not_remove_the_saved_one()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(7, SpoutFile.Text("/a", "1"));

        SpoutConfigurationException refused = await RefusedAsync(spout, new StateChange.Set("Fetch", new JsonObject { ["att"] = 3 }));

        Assert.Contains("'att'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'at'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--force", refused.Message, StringComparison.Ordinal);
        using TestSpout next = spout.Successor();
        Assert.Equal(7, await next.CursorAsync());
    }

    [Fact]
    public async Task A_cursor_of_another_name_is_set_by_force()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(7, SpoutFile.Text("/a", "1"));

        await ChangeAsync(spout, new StateChange.Set("Fetch", new JsonObject { ["other"] = 3 }, IsForced: true));

        using TestSpout next = spout.Successor();
        Position position = await next.Publisher.PositionAsync(CancellationToken.None);
        Assert.Equal("""{"other":3}""", position.Ledger.Entry(TestSpout.Source).Cursors);
    }

    [Theory]
    [InlineData("3f8a")]
    [InlineData("nonsense")]
    [InlineData("clicks@master")]
    [InlineData("")]
    [InlineData("3f8a0c51d2e94b7d8f0a1b2c3d4e5f6g")]
    public async Task What_is_not_the_id_of_a_commit_is_not_asked_for(string commit)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(7, SpoutFile.Text("/a", "1"));

        SpoutConfigurationException refused = await RefusedAsync(spout, new StateChange.Rewind(commit));

        Assert.Contains("32 hexadecimal digits", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"pachctl list commit {spout.Name} --project default", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_that_is_not_there_is_said_to_be_missing()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(7, SpoutFile.Text("/a", "1"));

        SpoutConfigurationException refused = await RefusedAsync(spout, new StateChange.Rewind("3f8a0c51d2e94b7d8f0a1b2c3d4e5f60"));

        Assert.Contains("has no commit 3f8a0c51d2e94b7d8f0a1b2c3d4e5f60", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"pachctl list commit {spout.Name} --project default", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rewind_to_cursors_that_the_program_cannot_read_is_refused_unless_it_is_forced()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        string former = Assert.IsType<PublishResult.Committed>(await spout.PublishAsync(7, SpoutFile.Text("/a", "1"))).CommitId;
        await spout.PublishAsync(8, SpoutFile.Text("/a", "2"));
        CursorRegistration changed = CursorRegistration.Of("at", CursorCodec.String), renamed = CursorRegistration.Of("position", CursorCodec.Int32);

        SpoutConfigurationException type = await RefusedAsync(spout, new StateChange.Rewind(former), changed);
        SpoutConfigurationException name = await RefusedAsync(spout, new StateChange.Rewind(former), renamed);
        await ChangeAsync(spout, new StateChange.Rewind(former, IsForced: true), renamed);

        Assert.Contains("the cursor 'at' of the source 'Fetch' was 7, and it is String now", type.Message, StringComparison.Ordinal);
        Assert.Contains("At that commit: The ledger has the cursor 'at' of the source 'Fetch', which the program does not have", name.Message, StringComparison.Ordinal);
        using TestSpout next = spout.Successor();
        Assert.Equal(7, await next.CursorAsync());
    }

    [Fact]
    public async Task A_cursor_is_set_under_a_name_and_in_a_type_that_the_program_has()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(7, SpoutFile.Text("/a", "1"));
        CursorRegistration last = CursorRegistration.Of("last", CursorCodec.Nullable(CursorCodec.Int64));

        SpoutConfigurationException name = await RefusedAsync(spout, new StateChange.Set("Fetch", new JsonObject { ["at"] = 3 }), last);
        SpoutConfigurationException type = await RefusedAsync(spout, new StateChange.Set("Fetch", new JsonObject { ["last"] = "x" }), last);
        await ChangeAsync(spout, new StateChange.Set("Fetch", new JsonObject { ["last"] = null }), last);

        Assert.Contains("has no cursor 'at'; it has: last (Nullable<Int64>)", name.Message, StringComparison.Ordinal);
        Assert.Contains("is Nullable<Int64>, and cannot be \"x\"", type.Message, StringComparison.Ordinal);
        using TestSpout next = spout.Successor();
        Assert.Equal("""{"last":null}""", (await next.Publisher.PositionAsync(CancellationToken.None)).Ledger.Entry(TestSpout.Source).Cursors);
    }

    [Fact]
    public async Task A_value_that_is_too_large_is_refused_before_anything_is_stopped_and_by_a_preview()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(7, SpoutFile.Text("/a", "1"));
        StateChange.Set large = new("Fetch", new JsonObject { ["at"] = new string('x', 70_000) }, IsForced: true);

        SpoutConfigurationException refused = await RefusedAsync(spout, large);
        SpoutConfigurationException previewed = await Assert.ThrowsAsync<SpoutConfigurationException>(() => OperateAsync(spout, editor => editor.PreviewAsync(large, CancellationToken.None)));

        Assert.Contains("at most 65536 fit a commit", refused.Message, StringComparison.Ordinal);
        Assert.Equal(refused.Message, previewed.Message);
    }

    [Fact]
    public async Task A_stuck_repo_is_found_before_the_pipeline_is_stopped_and_its_repair_works_from_the_head_down()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(7, SpoutFile.Text("/a", "1"));
        await spout.Repo.StartAsync("left open", CancellationToken.None);
        await spout.StopAndStartAsync();
        string stuck = await spout.Repo.HeadAsync(CancellationToken.None);
        await spout.Repo.FinishAsync(stuck, description: "", CancellationToken.None);
        await spout.StopAndStartAsync();
        string head = await spout.Repo.HeadAsync(CancellationToken.None);
        Assert.NotEqual(stuck, head);

        SpoutConfigurationException refused = await RefusedAsync(spout, new StateChange.Reset("Fetch"));

        Assert.Equal(head, await spout.Repo.HeadAsync(CancellationToken.None));
        string[] dropped = [.. Commands().Matches(refused.Message).Select(static command => command.Groups[2].Value)];
        Assert.Equal([head, stuck], dropped);
        Assert.All(Commands().Matches(refused.Message), command => Assert.Equal(spout.Name, command.Groups[1].Value));
        using Process operating = new(pachd, spout);
        foreach (string commit in dropped)
            await operating.Pfs.DropCommitAsync(new DropCommitRequest { Commit = operating.Commit(commit) });
        using TestSpout next = spout.Successor();
        Assert.IsType<PublishResult.Committed>(await next.PublishAsync(8, SpoutFile.Text("/a", "2")));
        Assert.Equal(8, await next.CursorAsync());
    }

    private async Task<SpoutConfigurationException> RefusedAsync(TestSpout spout, StateChange change, params CursorRegistration[] cursors)
    {
        using Process operating = new(pachd, spout);
        PipelineInfo before = await operating.PpsApi.InspectPipelineAsync(new() { Pipeline = operating.Pipeline, Details = true });
        string head = await spout.Repo.HeadAsync(CancellationToken.None);

        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(() => ChangeAsync(spout, change, cursors));

        PipelineInfo after = await operating.PpsApi.InspectPipelineAsync(new() { Pipeline = operating.Pipeline, Details = true });
        Assert.Equal(before, after);
        Assert.Equal(head, await spout.Repo.HeadAsync(CancellationToken.None));
        return refused;
    }

    private Task ChangeAsync(TestSpout spout, StateChange change, params CursorRegistration[] cursors) =>
        OperateAsync(spout, editor => editor.ChangeAsync(change, confirm: null, CancellationToken.None), cursors);

    private async Task OperateAsync(TestSpout spout, Func<StateEditor, Task> operate, params CursorRegistration[] cursors)
    {
        using PachydermChannel cluster = new(pachd.Cluster.Address, token: null);
        SpoutRegistration registration = new()
        {
            Name = spout.Name,
            OutputBranch = "master",
            Sources =
            [
                new()
                {
                    Name = "Fetch",
                    Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
                    Cursors = cursors.Length == 0 ? null : cursors,
                    Run = static (_, _, ct) => SourceFiles.From([], ct),
                },
            ],
        };
        using StateEditor editor = new(
            registration,
            new(cluster.Invoker, spout.Worker.Project, spout.Name),
            new(cluster.Invoker, spout.Worker.Project, spout.Name, "master"),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await operate(editor).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [GeneratedRegex(@"pachctl delete commitV2 (\S+)@(\S+) --project default")]
    private static partial Regex Commands();
}
