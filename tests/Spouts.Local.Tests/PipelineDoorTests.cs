using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Pachyderm.Protos.Transaction;
using Xunit;
using PfsApi = Spouts.Pachyderm.Protos.Pfs.API;
using PpsApi = Spouts.Pachyderm.Protos.Pps.API;
using TransactionApi = Spouts.Pachyderm.Protos.Transaction.API;

namespace Spouts.Local.Tests;

/// <summary>What becomes of pipelines, their jobs and their defaults, at the door of the real program.</summary>
public sealed class PipelineDoorTests : IAsyncLifetime
{
    private const string FiveTries = """{"createPipelineRequest": {"datumTries": 5}}""";
    private static readonly Project s_project = new() { Name = "default" };
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-pipelines-");
    private LocalServer? _server;
    private GrpcChannel? _cluster;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalServer.StartAsync(_state.FullName);
        _cluster = GrpcChannel.ForAddress($"http://{_server.Address}");
        await Pfs.CreateRepoAsync(new CreateRepoRequest { Repo = Repo("input") });
    }

    public ValueTask DisposeAsync()
    {
        _cluster!.Dispose();
        _server!.Dispose();
        _state.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private PfsApi.APIClient Pfs => new(_cluster);

    private PpsApi.APIClient Pps => new(_cluster);

    [Fact]
    public async Task A_transforms_job_waits_and_ends_with_the_update_that_replaces_it()
    {
        await TransformAsync("t", "input");
        JobInfo waiting = Assert.Single(await JobsAsync("t"));
        Assert.Equal(JobState.JobCreated, waiting.State);
        using AsyncUnaryCall<JobInfo> ended = Pps.InspectJobAsync(new InspectJobRequest { Job = waiting.Job, Wait = true });

        await TransformAsync("t", "input", update: true);
        JobInfo killed = await ended;
        Assert.Equal(JobState.JobKilled, killed.State);
        Assert.Equal("all jobs killed because pipeline was updated for user unknown_username", killed.Reason);
        CommitInfo output = await Pfs.InspectCommitAsync(new InspectCommitRequest { Commit = killed.OutputCommit, Wait = CommitState.Finished });
        Assert.Equal(killed.Reason, output.Error);
        Assert.Equal([2uL], (await JobsAsync("t")).Select(job => job.PipelineVersion));
        Assert.Equal(2, (await JobsAsync("t", history: 1)).Count);
    }

    [Fact]
    public async Task A_job_that_is_stopped_or_deleted_leaves_an_errored_commit()
    {
        await TransformAsync("t", "input");
        JobInfo job = Assert.Single(await JobsAsync("t"));
        await Pps.StopJobAsync(new StopJobRequest { Job = job.Job, Reason = "enough" });
        Assert.Equal("enough", (await Pfs.InspectCommitAsync(new InspectCommitRequest { Commit = job.OutputCommit })).Error);
        Assert.Equal(JobState.JobKilled, (await InspectAsync("t")).LastJobState);
        await Pps.DeleteJobAsync(new DeleteJobRequest { Job = job.Job });
        Assert.Empty(await JobsAsync("t"));
        RpcException gone = await Assert.ThrowsAsync<RpcException>(() => Pps.InspectJobAsync(new InspectJobRequest { Job = job.Job }).ResponseAsync);
        Assert.Equal($"jobs default/t@{job.Job.Id} not found", gone.Status.Detail);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public async Task More_jobs_than_there_can_be_are_all_of_them(long number)
    {
        await TransformAsync("t", "input");
        using AsyncServerStreamingCall<JobInfo> call = Pps.ListJob(new ListJobRequest { Number = number });
        Assert.Single(await call.ResponseStream.ReadAllAsync().ToListAsync());
    }

    [Fact]
    public async Task A_commit_without_a_repo_or_a_project_can_be_asked_for_jobs()
    {
        await TransformAsync("t", "input");
        Commit input = (await Pfs.InspectCommitAsync(new InspectCommitRequest { Commit = new Commit { Repo = Repo("input"), Branch = new Branch { Repo = Repo("input"), Name = "master" } } })).Commit;
        Assert.Single(await JobsOfAsync(new Commit { Repo = new Repo { Name = "input", Type = "user" }, Id = input.Id }));
        Assert.Empty(await JobsOfAsync(new Commit { Id = input.Id, Branch = new Branch { Repo = Repo("input"), Name = "master" } }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_set_of_jobs_begins_upstream(bool reverse)
    {
        await TransformAsync("first", "input");
        await TransformAsync("second", "first");
        string id = Assert.Single(await JobsAsync("second")).Job.Id;
        await Pfs.StartCommitAsync(new StartCommitRequest { Branch = new Branch { Repo = Repo("input"), Name = "master" } });

        using AsyncServerStreamingCall<JobSetInfo> call = Pps.ListJobSet(new ListJobSetRequest { Reverse = reverse });
        List<JobSetInfo> sets = await call.ResponseStream.ReadAllAsync().ToListAsync();
        JobSetInfo both = Assert.Single(sets, set => set.Jobs.Count == 2);
        Assert.Equal(["first", "second"], both.Jobs.Select(job => job.Job.Pipeline.Name));
        Assert.NotEqual(id, both.JobSet.Id);
        using AsyncServerStreamingCall<JobInfo> set = Pps.InspectJobSet(new InspectJobSetRequest { JobSet = both.JobSet });
        Assert.Equal(both.Jobs, await set.ResponseStream.ReadAllAsync().ToListAsync());
    }

    [Fact]
    public async Task A_batch_that_stops_no_job_in_particular_is_refused()
    {
        BatchTransactionRequest batch = new() { Requests = { new TransactionRequest { StopJob = new StopJobRequest() } } };
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => new TransactionApi.APIClient(_cluster).BatchTransactionAsync(batch).ResponseAsync);
        Assert.Equal((StatusCode.Unknown, "error running request 1 of 1: Job must be specified"), (refused.StatusCode, refused.Status.Detail));
    }

    [Fact]
    public async Task Pipelines_that_read_each_other_are_deleted_together()
    {
        await TransformAsync("first", "input");
        await TransformAsync("second", "first");
        DeletePipelinesResponse deleted = await Pps.DeletePipelinesAsync(new DeletePipelinesRequest { Projects = { s_project } });
        Assert.Equal(["second", "first"], deleted.Pipelines.Select(pipeline => pipeline.Name));
        Assert.Empty(await ListAsync(new ListPipelineRequest()));
    }

    [Fact]
    public async Task The_deprecated_way_to_delete_all_deletes_nothing()
    {
        await SpoutAsync("s");
        await Pps.DeletePipelineAsync(new DeletePipelineRequest { Pipeline = Named("s"), All = true });
        Assert.Single(await ListAsync(new ListPipelineRequest()));
    }

    [Fact]
    public async Task A_commit_set_shows_the_versions_of_pipelines_that_it_made()
    {
        await SpoutAsync("a");
        string set = (await InspectAsync("a")).SpecCommit.Id;
        await SpoutAsync("a", update: true);
        await SpoutAsync("b");
        PipelineInfo then = Assert.Single(await ListAsync(new ListPipelineRequest { CommitSet = new CommitSet { Id = set }, History = -1 }));
        Assert.Equal(("a", 1uL), (then.Pipeline.Name, then.Version));
    }

    [Fact]
    public async Task New_defaults_of_the_cluster_make_new_versions_of_what_they_change()
    {
        await SpoutAsync("changed");
        await SpoutAsync("unchanged", """, "datumTries": 5, "resourceRequests": null, "sidecarResourceRequests": null""");
        SetClusterDefaultsRequest request = new() { ClusterDefaultsJson = FiveTries, Regenerate = true, DryRun = true };
        Assert.Equal(["changed"], (await Pps.SetClusterDefaultsAsync(request)).AffectedPipelines.Select(pipeline => pipeline.Name));
        Assert.Equal(1uL, (await InspectAsync("changed")).Version);

        request.DryRun = false;
        await Pps.SetClusterDefaultsAsync(request);
        Assert.Equal((2uL, 5L), (await InspectAsync("changed") is var info ? (info.Version, info.Details.DatumTries) : default));
        Assert.Equal(1uL, (await InspectAsync("unchanged")).Version);
        Assert.Equal(FiveTries, (await Pps.GetClusterDefaultsAsync(new GetClusterDefaultsRequest())).ClusterDefaultsJson);
    }

    [Theory]
    [InlineData("{", "invalid cluster defaults JSON")]
    [InlineData("""{"createPipelineRequest": {"nosuch": 1}}""", "invalid cluster defaults JSON")]
    [InlineData("""{"createPipelineRequest": {"tfJob": {}}}""", "could not merge cluster defaults")]
    public async Task Defaults_under_which_no_pipeline_could_be_made_are_refused(string json, string error)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => Pps.SetClusterDefaultsAsync(new SetClusterDefaultsRequest { ClusterDefaultsJson = json }).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.StartsWith(error, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_that_are_up_for_longer_than_expected_raise_an_alert()
    {
        await SpoutAsync("up");
        await SpoutAsync("stopped");
        await Pps.StopPipelineAsync(new StopPipelineRequest { Pipeline = Named("stopped") });
        using AsyncServerStreamingCall<CheckStatusResponse> call = Pps.CheckStatus(new CheckStatusRequest { Project = s_project });
        CheckStatusResponse status = Assert.Single(await call.ResponseStream.ReadAllAsync().ToListAsync());
        Assert.Equal("up", status.Pipeline.Name);
        Assert.Matches(@"^default/up: Started running at \d{4}-\d\d-\d\d .* \+0000 UTC, exceeded maximum uptime by .*s$", Assert.Single(status.Alerts));
    }

    [Fact]
    public async Task Everything_can_be_deleted_at_once()
    {
        await SpoutAsync("s");
        await TransformAsync("t", "s");
        await Pps.CreateSecretAsync(new CreateSecretRequest { File = Google.Protobuf.ByteString.CopyFromUtf8("""{"metadata": {"name": "x"}}""") });
        await Pps.DeleteAllAsync(new Empty());
        Assert.Empty(await ListAsync(new ListPipelineRequest()));
        Assert.Empty((await Pps.ListSecretAsync(new Empty())).SecretInfo);
    }

    private static Pipeline Named(string name) => new() { Project = s_project, Name = name };

    private static Repo Repo(string name) => new() { Project = s_project, Name = name, Type = "user" };

    private Task SpoutAsync(string name, string more = "", bool update = false)
        => CreateAsync($$"""{"pipeline": {"name": "{{name}}", "project": {"name": "default"} }, "spout": {} {{more}} }""", update);

    private Task TransformAsync(string name, string input, bool update = false)
        => CreateAsync($$"""{"pipeline": {"name": "{{name}}"}, "input": {"pfs": {"repo": "{{input}}", "glob": "/*"} } }""", update);

    private async Task CreateAsync(string spec, bool update)
        => await Pps.CreatePipelineV2Async(new CreatePipelineV2Request { CreatePipelineRequestJson = spec, Update = update });

    private async Task<PipelineInfo> InspectAsync(string name)
        => await Pps.InspectPipelineAsync(new InspectPipelineRequest { Pipeline = Named(name), Details = true });

    private async Task<List<PipelineInfo>> ListAsync(ListPipelineRequest request)
    {
        using AsyncServerStreamingCall<PipelineInfo> call = Pps.ListPipeline(request);
        return await call.ResponseStream.ReadAllAsync().ToListAsync();
    }

    private async Task<List<JobInfo>> JobsOfAsync(Commit input)
    {
        using AsyncServerStreamingCall<JobInfo> call = Pps.ListJob(new ListJobRequest { InputCommit = { input } });
        return await call.ResponseStream.ReadAllAsync().ToListAsync();
    }

    private async Task<List<JobInfo>> JobsAsync(string pipeline, long history = 0)
    {
        using AsyncServerStreamingCall<JobInfo> call = Pps.ListJob(new ListJobRequest { Pipeline = Named(pipeline), History = history });
        return await call.ResponseStream.ReadAllAsync().ToListAsync();
    }
}
