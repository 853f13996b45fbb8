using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Local;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Tests;
using Xunit;
using AuthApi = Spouts.Pachyderm.Protos.Auth.API;
using Metadata = Grpc.Core.Metadata;
using PfsApi = Spouts.Pachyderm.Protos.Pfs.API;
using PpsApi = Spouts.Pachyderm.Protos.Pps.API;

namespace Spouts.Local.Tests;

/// <summary>Auth at the doors of the real program, with kills in between.</summary>
public sealed class AuthDoorTests : IAsyncLifetime
{
    private static readonly string s_root = TestOutput.Secret();
    private static readonly string s_user = TestOutput.Secret();
    private const string Spec =
        """{"pipeline": {"name": "s"}, "transform": {"cmd": ["x"], "secrets": [{"name": "broker", "key": "user", "envVar": "BROKER_USER"}]}, "spout": {}}""";

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-auth-");
    private LocalServer? _server;
    private GrpcChannel? _cluster;
    private AsyncServerStreamingCall<WorkerEnvironment>? _attached;

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        string user = Convert.ToBase64String(Encoding.UTF8.GetBytes(s_user));
        TestOutput.Plant(user);
        await Pps.CreateSecretAsync(new CreateSecretRequest
        {
            File = ByteString.CopyFromUtf8($$$"""{"metadata": {"name": "broker"}, "data": {"user": "{{{user}}}"}}"""),
        });
        await Pps.CreatePipelineV2Async(new CreatePipelineV2Request { CreatePipelineRequestJson = Spec });
    }

    public ValueTask DisposeAsync()
    {
        Detach();
        _cluster!.Dispose();
        _server!.Dispose();
        _state.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private AuthApi.APIClient Auth => new(_cluster);

    private PfsApi.APIClient Pfs => new(_cluster);

    private PpsApi.APIClient Pps => new(_cluster);

    [Fact]
    public async Task A_worker_gets_its_secrets_and_without_auth_no_token()
    {
        IDictionary<string, string> variables = await AttachAsync();
        Assert.Equal(s_user, variables["BROKER_USER"]);
        Assert.Null(await TokenInAsync(variables["PACH_CONFIG"]));
    }

    [Fact]
    public async Task Tokens_survive_a_kill_of_the_process()
    {
        await ActivateAsync();
        string robot = await RobotAsync();
        string worker = (await TokenInAsync((await AttachAsync())["PACH_CONFIG"]))!;
        _server!.Kill();
        await StartAsync();
        Assert.Equal("pach:root", await WhoAsync(s_root));
        Assert.Equal("robot:r", await WhoAsync(robot));
        Assert.Equal("pipeline:default/s", await WhoAsync(worker));
        Assert.Equal(worker, await TokenInAsync((await AttachAsync())["PACH_CONFIG"]));
    }

    [Fact]
    public async Task A_worker_that_attaches_after_an_update_has_the_only_token_that_is_good()
    {
        await ActivateAsync();
        string before = (await TokenInAsync((await AttachAsync())["PACH_CONFIG"]))!;
        await Pps.CreatePipelineV2Async(new CreatePipelineV2Request { CreatePipelineRequestJson = Spec, Update = true }, As(s_root));
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => WhoAsync(before));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Equal("pipeline:default/s", await WhoAsync((await TokenInAsync((await AttachAsync())["PACH_CONFIG"]))!));
    }

    [Fact]
    public async Task Without_a_token_nothing_is_done_or_shown()
    {
        await ActivateAsync();
        Repo repo = new() { Project = new Project { Name = "default" }, Name = "s", Type = "user" };
        RpcException write = await Assert.ThrowsAsync<RpcException>(async () => await Pfs.CreateRepoAsync(new CreateRepoRequest { Repo = repo }));
        RpcException read = await Assert.ThrowsAsync<RpcException>(async () => await Pfs.InspectRepoAsync(new InspectRepoRequest { Repo = repo }));
        RpcException two = await Assert.ThrowsAsync<RpcException>(async () => await Pfs.InspectRepoAsync(
            new InspectRepoRequest { Repo = repo }, new Metadata { { "authn-token", s_root }, { "authn-token", "other" } }));
        Assert.Equal([StatusCode.Unauthenticated, StatusCode.Unauthenticated, StatusCode.Unknown], [write.StatusCode, read.StatusCode, two.StatusCode]);
    }

    [Fact]
    public async Task Only_who_may_write_a_pipelines_output_ends_its_jobs_and_only_who_may_list_them_sees_their_details()
    {
        await ActivateAsync();
        await Pps.CreatePipelineV2Async(
            new CreatePipelineV2Request { CreatePipelineRequestJson = """{"pipeline": {"name": "t"}, "input": {"pfs": {"repo": "s", "glob": "/*"} } }""" }, As(s_root));
        using AsyncServerStreamingCall<JobInfo> listed = Pps.ListJob(new ListJobRequest(), As(s_root));
        Job job = Assert.Single(await listed.ResponseStream.ReadAllAsync().ToListAsync()).Job;
        Metadata robot = As(await RobotAsync());

        await RefusedAsync("[REPO_WRITE]", async () => await Pps.StopJobAsync(new StopJobRequest { Job = job }, robot));
        await RefusedAsync("[REPO_WRITE]", async () => await Pps.DeleteJobAsync(new DeleteJobRequest { Job = job }, robot));
        await RefusedAsync("[PIPELINE_LIST_JOB]", async () => await Pps.InspectJobAsync(new InspectJobRequest { Job = job, Details = true }, robot));
        await RefusedAsync("[PIPELINE_LIST_JOB]", async () =>
        {
            using AsyncServerStreamingCall<JobSetInfo> sets = Pps.ListJobSet(new ListJobSetRequest { Details = true }, robot);
            await sets.ResponseStream.MoveNext(CancellationToken.None);
        });
        Assert.Equal(JobState.JobCreated, (await Pps.InspectJobAsync(new InspectJobRequest { Job = job }, robot)).State);
        await Pps.DeleteJobAsync(new DeleteJobRequest { Job = job }, As(s_root));

        static async Task RefusedAsync(string permission, Func<Task> call)
        {
            RpcException refused = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
            Assert.Contains(permission, refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Auth_can_be_turned_off_and_on_again()
    {
        await ActivateAsync();
        await Auth.DeactivateAsync(new DeactivateRequest(), As(s_root));
        RpcException off = await Assert.ThrowsAsync<RpcException>(() => WhoAsync(s_root));
        Assert.Equal(StatusCode.Unimplemented, off.StatusCode);
        Assert.Null(await TokenInAsync((await AttachAsync())["PACH_CONFIG"]));
        await ActivateAsync();
        Assert.Equal("pach:root", await WhoAsync(s_root));
    }

    private static Metadata As(string token) => new() { { "authn-token", token } };

    private async Task ActivateAsync()
    {
        await Auth.ActivateAsync(new ActivateRequest { RootToken = s_root });
        await Pfs.ActivateAuthAsync(new Pachyderm.Protos.Pfs.ActivateAuthRequest(), As(s_root));
        await Pps.ActivateAuthAsync(new Pachyderm.Protos.Pps.ActivateAuthRequest(), As(s_root));
    }

    private async Task<string> RobotAsync()
    {
        string token = (await Auth.GetRobotTokenAsync(new GetRobotTokenRequest { Robot = "r" }, As(s_root))).Token;
        TestOutput.Plant(token);
        return token;
    }

    private async Task<string> WhoAsync(string token) => (await Auth.WhoAmIAsync(new WhoAmIRequest(), As(token))).Username;

    // Whoever had the place is told to go: when its stream has ended, the place is free.
    private async Task<IDictionary<string, string>> AttachAsync()
    {
        if (_attached is { } before)
            Assert.False(await before.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));
        Detach();
        _attached = new Workers.WorkersClient(_cluster).Attach(new AttachRequest { Pipeline = "s" });
        Assert.True(await _attached.ResponseStream.MoveNext(CancellationToken.None));
        return _attached.ResponseStream.Current.Variables;
    }

    private void Detach()
    {
        _attached?.Dispose();
        _attached = null;
    }

    private static async Task<string?> TokenInAsync(string path)
    {
        using JsonDocument config = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(path));
        JsonElement context = config.RootElement.GetProperty("v2").GetProperty("contexts").GetProperty("default");
        if (!context.TryGetProperty("session_token", out JsonElement token))
            return null;
        TestOutput.Plant(token.GetString()!);
        return token.GetString();
    }

    private async Task StartAsync()
    {
        Detach();
        _cluster?.Dispose();
        _server?.Dispose();
        _server = await LocalServer.StartAsync(_state.FullName);
        _cluster = GrpcChannel.ForAddress($"http://{_server.Address}");
    }
}
