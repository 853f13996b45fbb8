using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Batching;
using Spouts.Hosting;
using Spouts.Operating;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Pachyderm;

/// <summary>Servers from 2.8 on take commits as they name them; older ones are refused wherever they can be told.</summary>
public sealed class OldServerTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    private static readonly OldServer.Era UpTo210 = new(HasRepo: true);

    [Fact]
    public async Task A_spout_publishes_recovers_and_reads_where_commits_are_named_with_their_branch()
    {
        using TestSpout today = await pachd.CreateSpoutAsync();
        await using OldServer server = await OldServer.StartAsync(today.Worker.Sidecar, UpTo210);
        using TestSpout spout = Behind(server, today);

        await spout.PublishAsync(1, SpoutFile.Text("/log", "1\n").Appended(), SpoutFile.Text("/gone", "x"));
        await spout.PublishAsync(2, SpoutFile.Text("/log", "2\n").Appended(), SpoutFile.Delete("/gone"));
        await using StagedBatch batch = await spout.StageAsync(3, SpoutFile.Text("/log", "3\n").Appended());
        (string open, _) = await spout.OpenAsync(batch);
        await spout.Repo.AttachAsync(open, batch.FileSet, CancellationToken.None);

        using TestSpout successor = Behind(server, today);
        Assert.Equal(3, await successor.CursorAsync());
        Assert.Equal("1\n2\n3\n", await today.ReadAsync("/log"));
        Assert.Null(await today.ReadAsync("/gone"));
        string head = (await successor.Publisher.PositionAsync(CancellationToken.None)).Head;
        Assert.Equal(["/log"], await successor.Repo.ListAsync(head, "/", CancellationToken.None).Select(static file => file.Path).ToListAsync());
        using StreamReader log = new(await successor.Repo.OpenReadAsync(head, "/log", CancellationToken.None));
        Assert.Equal("1\n2\n3\n", await log.ReadToEndAsync());
    }

    [Fact]
    public async Task The_branch_is_left_out_where_the_server_leaves_it_out()
    {
        using TestSpout today = await pachd.CreateSpoutAsync();
        await using OldServer server = await OldServer.StartAsync(today.Worker.Sidecar, UpTo210);
        string head = await today.Repo.HeadAsync(CancellationToken.None);
        using PachydermChannel channel = new(new Uri($"http://localhost:{server.Port}"), token: null);
        OutputRepo untold = new(channel.Invoker, today.Worker.Project, today.Name, "master");

        PachydermException refused = await Assert.ThrowsAsync<PachydermException>(() => untold.InspectAsync(head, CancellationToken.None));

        Assert.Contains("named without its branch", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_before_2_6_is_told_by_its_answers()
    {
        using TestSpout today = await pachd.CreateSpoutAsync();
        await using OldServer server = await OldServer.StartAsync(today.Worker.Sidecar, new(HasRepo: false));
        using TestSpout spout = Behind(server, today);

        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(() => spout.CursorAsync());

        Assert.Contains("needs 2.8 or later", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sidecar_before_2_8_is_refused_at_the_start()
    {
        using TestSpout today = await pachd.CreateSpoutAsync();
        await using OldServer server = await OldServer.StartAsync(today.Worker.Sidecar, UpTo210);
        using PachydermChannel old = new(new Uri($"http://localhost:{server.Port}"), token: null), recent = new(today.Worker.Sidecar, token: null);

        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(
            () => new Preflight(old, TimeProvider.System, NullLogger<Preflight>.Instance).RunAsync(CancellationToken.None));

        Assert.Contains("older than 2.8", refused.Message, StringComparison.Ordinal);
        await new Preflight(recent, TimeProvider.System, NullLogger<Preflight>.Instance).RunAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("2.7.6", "Pachyderm 2.7.6 is older than 2.8")]
    [InlineData("2.8.0", null)]
    [InlineData("2.10.7", null)]
    [InlineData("0.0.0", null)]
    public async Task At_the_cluster_door_the_version_decides(string version, string? wrong)
    {
        using TestSpout today = await pachd.CreateSpoutAsync();
        await using OldServer server = await OldServer.StartAsync(today.Worker.Sidecar, UpTo210 with { Version = Version.Parse(version) });
        Entrance entrance = new(new(new Uri($"http://localhost:{server.Port}"), Token: null), Project: null, "the test", IsSidecar: false);
        using PachydermChannel channel = new(entrance.Connection);

        Finding found = await new DoorChecks(entrance, new(channel.Invoker), TimeProvider.System).RunAsync(CancellationToken.None)
            .FirstAsync(static finding => finding.Check == "server");

        Assert.Equal(wrong is null, found.Cure is null);
        if (wrong is not null)
            Assert.Equal(wrong, found.Text);
    }

    private TestSpout Behind(OldServer server, TestSpout today)
    {
        Dictionary<string, string> variables = new()
        {
            ["PEER_PORT"] = $"{server.Port}",
            ["PPS_PROJECT_NAME"] = today.Worker.Project,
            ["PPS_PIPELINE_NAME"] = today.Worker.Pipeline,
            ["PPS_SPEC_COMMIT"] = today.Worker.SpecCommit,
        };
        return new(pachd.Cluster, today.Name, variables);
    }
}
