using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Xunit;

namespace Spouts.Local.Tests.Harm;

/// <summary>What no well-behaved client sends is refused with a reason, and nobody else notices.</summary>
public sealed class BadInputTests(BadInputTests.Fixture fixture) : IClassFixture<BadInputTests.Fixture>, IAsyncDisposable
{
    private const int Megabyte = 1024 * 1024;
    private const int ResourceExhausted = 8;
    private const int Unimplemented = 12;
    private const int Internal = 13;
    private readonly HarmedServer _harmed = fixture.Harmed;

    public async ValueTask DisposeAsync() => await _harmed.CheckAsync();

    [Theory]
    [InlineData("/pfs_v2.API/CreateRepo")]
    [InlineData("/pfs_v2.API/ModifyFile")]
    [InlineData("/pfs_v2.API/ListRepo")]
    public async Task A_message_over_20_MiB_is_refused_with_the_limit(string method)
    {
        byte[] large = RawClient.Frame(new byte[(20 * Megabyte) + 1]);
        (int status, string message) = await _harmed.Raw.CallAsync(method, large);
        Assert.Equal((ResourceExhausted, "grpc: received message larger than max (20971520 bytes)"), (status, message));
    }

    [Theory]
    [InlineData("/pfs_v2.API/CreateRepo", new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData("/pfs_v2.API/ModifyFile", new byte[] { 0x0A, 0x7F })]
    [InlineData("/pfs_v2.API/ListRepo", new byte[] { 0x0A, 0xFF })]
    // A description that is no UTF-8.
    [InlineData("/pfs_v2.API/CreateRepo", new byte[] { 0x12, 0x02, 0xC3, 0x28 })]
    public async Task What_is_no_message_is_refused(string method, byte[] message)
    {
        (int status, string said) = await _harmed.Raw.CallAsync(method, RawClient.Frame(message));
        Assert.Equal(Internal, status);
        Assert.StartsWith("grpc: failed to unmarshal the received message: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_shorter_than_it_said_is_refused()
    {
        Assert.Equal(Internal, (await _harmed.Raw.CallAsync("/pfs_v2.API/CreateRepo", RawClient.Frame([1, 2, 3], length: 1000))).Status);
        Assert.Equal(Internal, (await _harmed.Raw.CallAsync("/pfs_v2.API/ModifyFile", RawClient.Frame([1, 2, 3], length: 1000))).Status);
    }

    [Theory]
    [InlineData("/pfs_v2.API/Nothing")]
    [InlineData("/nobody.API/CreateRepo")]
    public async Task A_method_that_there_is_not_is_unimplemented(string method)
        => Assert.Equal(Unimplemented, (await _harmed.Raw.CallAsync(method, RawClient.Frame([]))).Status);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 Bad Request")]
    [InlineData("\0\u0001\u0002 this is no protocol at all\r\n\r\n", "")]
    public async Task What_is_no_HTTP_2_ends_its_own_connection_only(string bytes, string begins)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(_harmed.Server.Address));
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(bytes));
        using StreamReader reader = new(client.GetStream(), Encoding.Latin1);
        // It answers and hangs up, or just hangs up.
        Assert.StartsWith(begins, await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_that_say_nothing_hold_up_nobody()
    {
        List<TcpClient> silent = [];
        for (int i = 0; i < 200; i++)
        {
            TcpClient client = new();
            silent.Add(client);
            await client.ConnectAsync(IPEndPoint.Parse(_harmed.Server.Address));
        }

        await _harmed.Raw.OpenAsync("/pfs_v2.API/CreateRepo", RawClient.Frame([], length: 1000));
        await _harmed.CheckAsync();
        foreach (TcpClient client in silent)
            client.Dispose();
    }

    public static TheoryData<string> Absurdities => [.. s_absurd.Keys];

    [Theory]
    [MemberData(nameof(Absurdities))]
    public async Task Absurd_values_are_answered(string what)
    {
        try
        {
            await s_absurd[what](_harmed).WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (RpcException e)
        {
            Assert.False(e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled, e.ToString());
            Assert.False(e.Status.Detail.Contains("NullReference", StringComparison.Ordinal), e.ToString());
        }
    }

    private static readonly string s_longName = new('n', Megabyte);

    private static readonly Dictionary<string, Func<HarmedServer, Task>> s_absurd = new()
    {
        ["a commit list of a negative number"] = h => AllAsync(h.Clients.Pfs.ListCommit(new() { Repo = HarmedServer.Repo, Number = -1 })),
        ["a commit list of a huge number"] = h => AllAsync(h.Clients.Pfs.ListCommit(new() { Repo = HarmedServer.Repo, Number = long.MaxValue })),
        ["a commit list from before time"] = h => AllAsync(h.Clients.Pfs.ListCommit(new() { Repo = HarmedServer.Repo, StartedTime = new() { Seconds = long.MinValue, Nanos = -1 } })),
        ["a file list of a negative number"] = h => AllAsync(h.Clients.Pfs.ListFile(new() { File = FileAt("/"), Number = long.MinValue })),
        ["a file from an offset past all files"] = h => AllAsync(h.Clients.Pfs.GetFile(new() { File = FileAt("/kept"), Offset = long.MaxValue })),
        ["a file from a negative offset"] = h => AllAsync(h.Clients.Pfs.GetFile(new() { File = FileAt("/kept"), Offset = long.MinValue })),
        ["a commit in no state"] = async h => await h.Clients.Pfs.InspectCommitAsync(new() { Commit = HarmedServer.Master, Wait = (CommitState)999 }),
        ["an ancestor of a million carets"] = async h => await h.Clients.Pfs.InspectCommitAsync(new() { Commit = CommitAt("master" + new string('^', Megabyte)) }),
        ["an ancestor beyond all numbers"] = async h => await h.Clients.Pfs.InspectCommitAsync(new() { Commit = CommitAt("master~99999999999999999999") }),
        ["a repo with a name of a megabyte"] = async h =>
        {
            Repo repo = HarmedServer.Repo.Clone();
            repo.Name = s_longName;
            await h.Clients.Pfs.CreateRepoAsync(new() { Repo = repo });
            await h.Clients.Pfs.DeleteRepoAsync(new() { Repo = repo });
        },
        ["a project with a name of a megabyte"] = async h => await h.Clients.Pfs.CreateProjectAsync(new() { Project = new Project { Name = s_longName } }),
        ["a role for a subject of a megabyte"] = async h => await h.Clients.Auth.ModifyRoleBindingAsync(new() { Principal = s_longName }),
        ["a glob of a million open braces"] = h => AllAsync(h.Clients.Pfs.GlobFile(new() { Commit = HarmedServer.Master, Pattern = new string('{', Megabyte) })),
        ["a glob of a hundred negations"] = h => AllAsync(h.Clients.Pfs.GlobFile(new() { Commit = HarmedServer.Master, Pattern = string.Concat(Enumerable.Repeat("!(a)", 100)) })),
        ["a glob that backtracks without end"] = h => AllAsync(h.Clients.Pfs.GlobFile(new() { Commit = HarmedServer.Master, Pattern = "/+(+(k|ke|e|p|t|ept))x" })),
        ["a filter of a million open brackets"] = h => AllAsync(h.Clients.Pps.ListPipeline(new() { JqFilter = new string('(', Megabyte) })),
        ["a filter of a million sums"] = h => AllAsync(h.Clients.Pps.ListPipeline(new() { JqFilter = "1" + string.Concat(Enumerable.Repeat("+1", Megabyte)) })),
        ["a filter of a million minuses"] = h => AllAsync(h.Clients.Pps.ListPipeline(new() { JqFilter = new string('-', Megabyte) + "1" })),
        ["a pipeline whose inputs are nested without end"] = h => CreateAsync(h, Nested("""{"pipeline": {"name": "p"}, "input": """, """{"cross": [""", "]}", "}")),
        ["a pipeline whose pod patch is nested without end"] = h => CreateAsync(
            h, $$"""{"pipeline": {"name": "p"}, "transform": {"cmd": ["x"]}, "spout": {}, "podPatch": "{{new string('[', Megabyte)}}"}"""),
        ["a pipeline whose metadata are nested without end"] = h => CreateAsync(
            h, Nested("""{"pipeline": {"name": "p"}, "transform": {"cmd": ["x"]}, "spout": {}, "podSpec": """, "[", "]", "}")),
        ["defaults that are nested without end"] = async h => await h.Clients.Pps.SetClusterDefaultsAsync(
            new() { ClusterDefaultsJson = Nested("""{"createPipelineRequest": {"input": """, """{"cross": [""", "]}", "}}") }),
        ["a pipeline of impossible numbers"] = h => CreateAsync(
            h, """{"pipeline": {"name": "p"}, "transform": {"cmd": ["x"]}, "input": {"pfs": {"repo": "r", "glob": "/"}}, "parallelismSpec": {"constant": "18446744073709551615"}, "datumTries": "-9223372036854775808"}"""),
        ["a secret that is nested without end"] = async h => await h.Clients.Pps.CreateSecretAsync(new() { File = ByteString.CopyFromUtf8(new string('[', Megabyte)) }),
        ["a file set that lives for ever"] = async h => await h.Clients.Pfs.ComposeFileSetAsync(new() { TtlSeconds = long.MaxValue }),
        ["a file set that is over before it began"] = async h => await h.Clients.Pfs.ComposeFileSetAsync(new() { TtlSeconds = long.MinValue }),
        ["a file set renewed for ever"] = async h => await h.Clients.Pfs.RenewFileSetAsync(
            new() { FileSetId = (await h.Clients.Pfs.ComposeFileSetAsync(new() { TtlSeconds = 60 })).FileSetId, TtlSeconds = long.MaxValue }),
        ["shards of a negative number of files"] = async h => await h.Clients.Pfs.ShardFileSetAsync(
            new() { FileSetId = (await h.Clients.Pfs.GetFileSetAsync(new() { Commit = HarmedServer.Master })).FileSetId, NumFiles = long.MinValue, SizeBytes = long.MinValue }),
        ["a walk of the provenance of nothing"] = h => AllAsync(h.Clients.Pfs.WalkCommitProvenance(new() { MaxCommits = ulong.MaxValue, MaxDepth = ulong.MaxValue })),
        ["a list of the files of nothing"] = h => AllAsync(h.Clients.Pfs.ListFile(new())),
    };

    private static Pachyderm.Protos.Pfs.File FileAt(string path) => new() { Commit = HarmedServer.Master, Path = path };

    private static Commit CommitAt(string name) => new() { Repo = HarmedServer.Repo, Branch = new Branch { Repo = HarmedServer.Repo, Name = name } };

    private static string Nested(string begin, string open, string close, string end)
        => begin + string.Concat(Enumerable.Repeat(open, 100_000)) + string.Concat(Enumerable.Repeat(close, 100_000)) + end;

    private static async Task CreateAsync(HarmedServer harmed, string json)
    {
        await harmed.Clients.Pps.CreatePipelineV2Async(new() { CreatePipelineRequestJson = json });
        await harmed.Clients.Pps.DeletePipelineAsync(new DeletePipelineRequest { Pipeline = new Pipeline { Project = HarmedServer.Repo.Project, Name = "p" } });
    }

    private static Task<List<T>> AllAsync<T>(AsyncServerStreamingCall<T> call) => Walking.ProjectView.AllAsync(call);

    /// <summary>One server takes it all.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal HarmedServer Harmed { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Harmed = await HarmedServer.StartAsync();

        public async ValueTask DisposeAsync()
        {
            await Harmed.EndAsync();
            Harmed.Dispose();
        }
    }
}
