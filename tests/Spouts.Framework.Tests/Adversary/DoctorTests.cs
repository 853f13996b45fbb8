using Spouts.Hosting;
using Spouts.Operating;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Adversary;

/// <summary>What an administrator has taken away is named as what it is, with a repair that works.</summary>
public sealed class DoctorTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_pipeline_that_was_deleted_with_its_repo_kept_is_not_called_stopped()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process operating = new(pachd, spout);
        await operating.PublishAsync(1, SpoutFile.Text("/a", "1"));
        await operating.PpsApi.DeletePipelineAsync(new() { Pipeline = operating.Pipeline, KeepRepo = true });

        Finding found = await CheckAsync(spout, "repo");

        Assert.Contains("was deleted, and its repo was kept", found.Text, StringComparison.Ordinal);
        Assert.Contains($"pachctl create pipeline -f spouts/{spout.Name}/pipeline.json", found.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_that_was_deleted_and_made_again_belongs_to_no_pipeline_until_that_is_restarted()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Process operating = new(pachd, spout);
        await operating.PublishAsync(1, SpoutFile.Text("/a", "1"));
        Assert.Null((await CheckAsync(spout, "branch")).Cure);
        await operating.Pfs.DeleteBranchAsync(new() { Branch = operating.Master, Force = true });
        await Record.ExceptionAsync(() => operating.PublishAsync(2, SpoutFile.Text("/a", "2")));

        Finding found = await CheckAsync(spout, "branch");

        Assert.Contains("belongs to no pipeline", found.Text, StringComparison.Ordinal);
        Assert.Contains(
            $"pachctl stop pipeline {spout.Name} --project default && pachctl start pipeline {spout.Name} --project default", found.Cure, StringComparison.Ordinal);
        await spout.StopAndStartAsync();
        Assert.Null((await CheckAsync(spout, "branch")).Cure);
        using TestSpout next = spout.Successor();
        Assert.IsType<PublishResult.Committed>(await next.PublishAsync(2, SpoutFile.Text("/a", "2")));
    }

    private async Task<Finding> CheckAsync(TestSpout spout, string check)
    {
        Entrance entrance = new(new(pachd.Cluster.Address, null), spout.Worker.Project, "the test", IsSidecar: false);
        using PachydermChannel channel = new(entrance.Connection);
        SpoutRegistration registration = new() { Name = spout.Name, OutputBranch = "master", Sources = [] };
        OutputRepo repo = new(channel.Invoker, spout.Worker.Project, spout.Name, "master");
        SpoutChecks checks = new(
            registration, entrance, new(channel.Invoker), new(channel.Invoker, spout.Worker.Project, spout.Name), repo, spout.Recovery, TimeProvider.System);
        return await checks.RunAsync(CancellationToken.None).FirstAsync(finding => finding.Check == check);
    }
}
