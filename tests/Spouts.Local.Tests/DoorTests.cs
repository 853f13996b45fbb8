using Grpc.Core;
using Grpc.Net.Client;
using Google.Protobuf.WellKnownTypes;
using Spouts.Pachyderm.Protos.Local;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Xunit;
using PfsApi = Spouts.Pachyderm.Protos.Pfs.API;
using PpsApi = Spouts.Pachyderm.Protos.Pps.API;
using VersionApi = Spouts.Pachyderm.Protos.Version.API;

namespace Spouts.Local.Tests;

/// <summary>What each door lets pass, and the place of a pipeline's worker.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private const string Spec = """{"pipeline": {"name": "s"}, "transform": {"cmd": ["x"], "env": {"MINE": "1", "PPS_PIPELINE_NAME": "not mine"}}, "spout": {}}""";
    private static readonly Pipeline s_pipeline = new() { Project = new Project { Name = "default" }, Name = "s" };
    private static readonly Branch s_branch = new() { Repo = new Repo { Project = new Project { Name = "default" }, Name = "s", Type = "user" }, Name = "master" };
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-doors-");
    private LocalServer? _server;
    private GrpcChannel? _cluster;

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await Pps.CreatePipelineV2Async(new CreatePipelineV2Request { CreatePipelineRequestJson = Spec });
    }

    public ValueTask DisposeAsync()
    {
        _cluster!.Dispose();
        _server!.Dispose();
        _state.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private PpsApi.APIClient Pps => new(_cluster);

    private Workers.WorkersClient Workers => new(_cluster);

    [Fact]
    public async Task A_worker_is_given_its_environment()
    {
        using AsyncServerStreamingCall<WorkerEnvironment> attached = Attach();
        IDictionary<string, string> variables = await EnvironmentAsync(attached);
        Assert.Equal("true", variables["PACH_IN_WORKER"]);
        Assert.Equal("default", variables["PPS_PROJECT_NAME"]);
        Assert.Equal("s", variables["PPS_PIPELINE_NAME"]);
        Assert.Equal("1", variables["MINE"]);
        PipelineInfo info = await Pps.InspectPipelineAsync(new InspectPipelineRequest { Pipeline = s_pipeline });
        Assert.Equal(info.SpecCommit.Id, variables["PPS_SPEC_COMMIT"]);
        using System.Text.Json.JsonDocument config = System.Text.Json.JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(variables["PACH_CONFIG"]));
        Assert.Equal(
            $"localhost:{variables["PEER_PORT"]}",
            config.RootElement.GetProperty("v2").GetProperty("contexts").GetProperty("default").GetProperty("pachd_address").GetString());
    }

    [Fact]
    public async Task Only_one_program_is_the_worker_and_the_next_may_be_when_it_has_gone()
    {
        using (AsyncServerStreamingCall<WorkerEnvironment> first = Attach())
        {
            await EnvironmentAsync(first);
            using AsyncServerStreamingCall<WorkerEnvironment> second = Attach();
            RpcException refused = await Assert.ThrowsAsync<RpcException>(() => EnvironmentAsync(second));
            Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        }

        // The server notices a moment later that the first has gone.
        for (int attempt = 1; ; attempt++)
        {
            using AsyncServerStreamingCall<WorkerEnvironment> next = Attach();
            try
            {
                await EnvironmentAsync(next);
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition && attempt < 200)
            {
                await Task.Yield();
            }
        }
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("update")]
    [InlineData("delete")]
    public async Task A_worker_is_dismissed_when_its_pipeline_changes(string what)
    {
        using AsyncServerStreamingCall<WorkerEnvironment> attached = Attach();
        await EnvironmentAsync(attached);
        if (what == "stop")
            await Pps.StopPipelineAsync(new StopPipelineRequest { Pipeline = s_pipeline });
        else if (what == "update")
            await Pps.CreatePipelineV2Async(new CreatePipelineV2Request { CreatePipelineRequestJson = Spec, Update = true });
        else
            await Pps.DeletePipelineAsync(new DeletePipelineRequest { Pipeline = s_pipeline });
        Assert.False(await attached.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Only_a_sidecar_may_start_commits_on_an_output_branch()
    {
        StartCommitRequest start = new() { Branch = s_branch };
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await new PfsApi.APIClient(_cluster).StartCommitAsync(start));
        Assert.Equal("start commit in transaction: cannot start a commit on an output branch: default/s@master", refused.Status.Detail);
        using GrpcChannel sidecar = await SidecarAsync();
        Assert.NotEqual("", (await new PfsApi.APIClient(sidecar).StartCommitAsync(start)).Id);
    }

    [Fact]
    public async Task A_sidecar_serves_neither_version_nor_workers()
    {
        using GrpcChannel sidecar = await SidecarAsync();
        RpcException version = await Assert.ThrowsAsync<RpcException>(async () => await new VersionApi.APIClient(sidecar).GetVersionAsync(new Empty()));
        Assert.Equal(StatusCode.Unimplemented, version.StatusCode);
        using AsyncServerStreamingCall<WorkerEnvironment> attach = new Workers.WorkersClient(sidecar).Attach(new AttachRequest { Project = "default", Pipeline = "s" });
        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => EnvironmentAsync(attach))).StatusCode);
    }

    [Fact]
    public async Task A_sidecar_is_found_on_the_same_port_after_a_kill()
    {
        string before = await PortAsync();
        _cluster!.Dispose();
        _server!.Kill();
        await StartAsync();
        Assert.Equal(before, await PortAsync());
        using GrpcChannel sidecar = GrpcChannel.ForAddress($"http://127.0.0.1:{before}");
        Assert.Equal("s", (await new PfsApi.APIClient(sidecar).InspectRepoAsync(new InspectRepoRequest { Repo = s_branch.Repo })).Repo.Name);
    }

    private static async Task<IDictionary<string, string>> EnvironmentAsync(AsyncServerStreamingCall<WorkerEnvironment> attached)
    {
        Assert.True(await attached.ResponseStream.MoveNext(CancellationToken.None));
        return attached.ResponseStream.Current.Variables;
    }

    private AsyncServerStreamingCall<WorkerEnvironment> Attach() => Workers.Attach(new AttachRequest { Project = "default", Pipeline = "s" });

    private async Task<string> PortAsync()
    {
        using AsyncServerStreamingCall<WorkerEnvironment> attached = Attach();
        return (await EnvironmentAsync(attached))["PEER_PORT"];
    }

    private async Task<GrpcChannel> SidecarAsync() => GrpcChannel.ForAddress($"http://127.0.0.1:{await PortAsync()}");

    private async Task StartAsync()
    {
        _server = await LocalServer.StartAsync(_state.FullName);
        _cluster = GrpcChannel.ForAddress($"http://{_server.Address}");
    }
}
