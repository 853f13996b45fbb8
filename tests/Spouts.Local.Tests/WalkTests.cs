using System.Collections.Concurrent;
using Google.Protobuf.Reflection;
using Spouts.Local.Services;
using Spouts.Local.Tests.Walking;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Pachyderm.Protos.Storage;
using Spouts.Pachyderm.Protos.Transaction;
using Spouts.Tests;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>SIGKILL at random instants of every mutating call.</summary>
public sealed class WalkTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string s_root = TestOutput.Secret();
    private const int Walkers = 5;
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-walk-");
    private readonly ConcurrentDictionary<string, int> _acknowledged = new();

    // Served, and not walked: they change nothing.
    private static readonly string[] s_reading =
    [
        "/pfs_v2.API/InspectProject", "/pfs_v2.API/InspectProjectV2", "/pfs_v2.API/ListProject", "/pfs_v2.API/InspectRepo", "/pfs_v2.API/ListRepo",
        "/pfs_v2.API/ReposSummary", "/pfs_v2.API/InspectBranch", "/pfs_v2.API/ListBranch", "/pfs_v2.API/InspectCommit", "/pfs_v2.API/ListCommit",
        "/pfs_v2.API/SubscribeCommit", "/pfs_v2.API/InspectCommitSet", "/pfs_v2.API/ListCommitSet", "/pfs_v2.API/FindCommits",
        "/pfs_v2.API/WalkCommitProvenance", "/pfs_v2.API/WalkCommitSubvenance", "/pfs_v2.API/WalkBranchProvenance", "/pfs_v2.API/WalkBranchSubvenance",
        "/pfs_v2.API/GetFile", "/pfs_v2.API/GetFileTAR", "/pfs_v2.API/InspectFile", "/pfs_v2.API/ListFile", "/pfs_v2.API/WalkFile",
        "/pfs_v2.API/GlobFile", "/pfs_v2.API/DiffFile", "/pfs_v2.API/ShardFileSet", "/pfs_v2.API/Fsck",
        "/pfs_v2.API/CheckStorage",
        "/pps_v2.API/InspectPipeline", "/pps_v2.API/ListPipeline", "/pps_v2.API/CheckStatus", "/pps_v2.API/InspectJob", "/pps_v2.API/ListJob",
        "/pps_v2.API/InspectJobSet", "/pps_v2.API/ListJobSet", "/pps_v2.API/InspectDatum", "/pps_v2.API/ListDatum", "/pps_v2.API/GetLogs",
        "/pps_v2.API/InspectSecret", "/pps_v2.API/ListSecret", "/pps_v2.API/GetClusterDefaults", "/pps_v2.API/GetProjectDefaults",
        "/transaction_v2.API/InspectTransaction", "/transaction_v2.API/ListTransaction",
        "/storage.Fileset/ReadFileset", "/storage.Fileset/ShardFileset",
        "/auth_v2.API/WhoAmI", "/auth_v2.API/Authorize", "/auth_v2.API/GetPermissions", "/auth_v2.API/GetPermissionsForPrincipal",
        "/auth_v2.API/GetRolesForPermission", "/auth_v2.API/GetRoleBinding",
    ];

    // One statement of SQL, that takes content away which only a worker could have made: there are no workers in a walk.
    private static readonly string[] s_forgetting = ["/pfs_v2.API/ForgetCommit"];

    // Served only in order to refuse, always.
    private static readonly string[] s_refusing =
    [
        "/pps_v2.API/RestartDatum", "/pps_v2.API/RunPipeline", "/pps_v2.API/RunCron", "/auth_v2.API/Authenticate", "/auth_v2.API/GetOIDCLogin",
    ];

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task A_kill_in_any_call_leaves_what_was_acknowledged_and_the_call_under_way_whole_or_not_at_all()
    {
        Random random = Killing.Random(output);
        List<WalkCall> calls = [.. PfsCalls.All, .. PpsCalls.All, .. OtherCalls.All];
        Walker[] walkers = [.. Enumerable.Range(0, Walkers).Select(i => new Walker($"p{i}", random.Next(), calls, ProjectView.ReadAsync, _acknowledged))];
        using (LocalServer server = await LocalServer.StartAsync(_state.FullName))
        using (Clients clients = new(server.Address, () => s_root))
        {
            await clients.Auth.ActivateAsync(new() { RootToken = s_root });
            await clients.Pfs.ActivateAuthAsync(new());
            await clients.Pps.ActivateAuthAsync(new());
            foreach (Walker walker in walkers)
                await walker.BeginAsync(clients, ProjectView.CreateAsync);
            server.Kill();
        }

        await WalkAsync(walkers, () => s_root, random, calls, acknowledgements: 400);
    }

    [Fact]
    public async Task A_kill_in_a_call_that_concerns_the_whole_cluster_is_no_different()
    {
        Random random = Killing.Random(output);
        ClusterCalls cluster = new();
        List<WalkCall> calls = [.. cluster.All];
        Walker walker = new("default", random.Next(), calls, cluster.ReadAsync, _acknowledged);
        await WalkAsync([walker], () => cluster.Token, random, calls, acknowledgements: 40);
    }

    [Fact]
    public void Every_mutating_call_that_is_served_is_walked()
    {
        (ServiceDescriptor Descriptor, Type Service)[] services =
        [
            (Pachyderm.Protos.Pfs.API.Descriptor, typeof(PfsService)),
            (Pachyderm.Protos.Pps.API.Descriptor, typeof(PpsService)),
            (Pachyderm.Protos.Transaction.API.Descriptor, typeof(TransactionService)),
            (Fileset.Descriptor, typeof(FilesetService)),
            (Pachyderm.Protos.Auth.API.Descriptor, typeof(AuthService)),
        ];
        IEnumerable<string> served = services.SelectMany(service => service.Descriptor.Methods
            .Where(method => service.Service.GetMethod(method.Name)!.DeclaringType == service.Service)
            .Select(method => $"/{service.Descriptor.FullName}/{method.Name}"));
        IEnumerable<string> walked = PfsCalls.All.Concat(PpsCalls.All).Concat(OtherCalls.All).Concat(new ClusterCalls().All).Select(call => call.Method).Distinct();
        Assert.Equal(served.Order(StringComparer.Ordinal), walked.Concat(s_reading).Concat(s_refusing).Concat(s_forgetting).Order(StringComparer.Ordinal));
    }

    private async Task WalkAsync(Walker[] walkers, Func<string?> token, Random random, List<WalkCall> calls, int acknowledgements)
    {
        int kills = Killing.Number("SPOUTS_KILL_ROUNDS", 8);
        // Which calls are made is a matter of chance: it goes on until each was acknowledged, within reason.
        for (int kill = 0; kill < kills || (kill < 5 * kills && Unmade().Any()); kill++)
        {
            using (LocalServer server = await LocalServer.StartAsync(_state.FullName))
            using (Clients clients = new(server.Address, token))
            {
                await Task.WhenAll(walkers.Select(walker => walker.CheckAsync(clients)));
                bool killed = false;
                await Killing.KillAsync(
                    server,
                    walkers.Select<Walker, Func<Action, Task>>(walker => acknowledged => walker.RunAsync(clients, acknowledged, () => Volatile.Read(ref killed))),
                    random.Next(1, acknowledgements),
                    random.Next(0, 3000),
                    () => Volatile.Write(ref killed, true));
            }

            Killing.CheckStore(_state.FullName);
        }

        using LocalServer last = await LocalServer.StartAsync(_state.FullName);
        using Clients lastClients = new(last.Address, token);
        await Task.WhenAll(walkers.Select(walker => walker.CheckAsync(lastClients)));
        last.Kill();
        (int exitCode, string said) = await LocalServer.RunAsync("fsck", "--state", _state.FullName);
        Assert.True(exitCode == 0, said);
        Assert.Empty(Unmade());
        output.WriteLine(string.Join('\n', _acknowledged.OrderBy(pair => pair.Value).Select(pair => $"{pair.Value,6} {pair.Key}")));

        IEnumerable<string> Unmade() => calls.Select(call => call.Method).Except(_acknowledged.Keys);
    }
}
