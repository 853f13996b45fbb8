using Google.Protobuf;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Metadata = Grpc.Core.Metadata;

namespace Spouts.Local.Tests.Walking;

/// <summary>The mutating calls that concern all of a cluster, for a walker that has it to itself.</summary>
internal sealed class ClusterCalls
{
    private const string Auth = "auth";
    private const string Bound = "bound";

    // The default project was made anew, by the root user.
    private const string Owned = "owned";
    private const string Enrolled = " enrolled";
    private static readonly string[] s_pipelines = ["p0", "p1"];

    /// <summary>The root user's token, while auth is on.</summary>
    public string? Token { get; private set; }

    public IEnumerable<WalkCall> All =>
    [
        new("/auth_v2.API/Activate", f => !f.Has(Auth), async w =>
        {
            string token = w.Fresh();
            w.Will(f => f[Auth] = token);
            await w.Server.Auth.ActivateAsync(new() { RootToken = token });
            Token = token;
        }),
        new("/auth_v2.API/RotateRootToken", f => f.Has(Auth), async w =>
        {
            string token = w.Fresh();
            w.Will(f => f[Auth] = token);
            await w.Server.Auth.RotateRootTokenAsync(new() { RootToken = token });
            Token = token;
        }),
        new("/auth_v2.API/Deactivate", f => f.Has(Auth), async w =>
        {
            w.Will(f =>
            {
                f.Remove(Auth);
                f.Remove(Bound);
                f.Remove(Owned);
                foreach (string name in f.Under("pipeline "))
                    f[$"pipeline {name}"] = f[$"pipeline {name}"].Replace(Enrolled, "", StringComparison.Ordinal);
            });
            await w.Server.Auth.DeactivateAsync(new());
            Token = null;
        }),
        new("/pfs_v2.API/ActivateAuth", f => f.Has(Auth), async w =>
        {
            w.Will(f =>
            {
                if (!f.Has(Owned))
                    f[Bound] = "";
            });
            await w.Server.Pfs.ActivateAuthAsync(new());
        }),
        new("/pps_v2.API/ActivateAuth", f => f.Has(Bound), async w =>
        {
            w.Will(f =>
            {
                foreach (string name in f.Under("pipeline "))
                    f[$"pipeline {name}"] = "running" + Enrolled;
            });
            await w.Server.Pps.ActivateAuthAsync(new());
        }),
        new("/pps_v2.API/SetClusterDefaults", _ => true, async w =>
        {
            string defaults = $$$"""{"createPipelineRequest": {"description": "{{{w.Fresh()}}}"}}""";
            w.Will(f => f["defaults"] = defaults);
            await w.Server.Pps.SetClusterDefaultsAsync(new() { ClusterDefaultsJson = defaults });
        }),
        new("/pps_v2.API/CreatePipelineV2", f => f.Under("pipeline ").Count < s_pipelines.Length && CanList(f), async w =>
        {
            string name = s_pipelines.First(name => !w.Known.Has($"pipeline {name}"));
            w.Will(f => f[$"pipeline {name}"] = "running" + (f.Has(Auth) ? Enrolled : ""));
            await w.Server.Pps.CreatePipelineV2Async(new()
            {
                CreatePipelineRequestJson = $$$"""{"pipeline": {"name": "{{{name}}}"}, "transform": {"cmd": ["x"]}, "spout": {}}""",
            });
        }),
        new("/pps_v2.API/CreateSecret", f => !f.Has("secret k"), async w =>
        {
            w.Will(f => f["secret k"] = "");
            await w.Server.Pps.CreateSecretAsync(new() { File = ByteString.CopyFromUtf8("""{"metadata": {"name": "k"}, "data": {"user": "YQ=="}}""") });
        }),
        new("/pfs_v2.API/CreateRepo", f => f.Under("repo ").Count < 3 && CanList(f), async w =>
        {
            string name = w.Fresh();
            w.Will(f => f[$"repo {name}"] = "");
            await w.Server.Pfs.CreateRepoAsync(new() { Repo = w.Repo(name) });
        }),
        new("/pfs_v2.API/DeleteAll", f => f.Under("pipeline ").Count == 0 && CanList(f), async w =>
        {
            w.Will(f =>
            {
                f.Forget("repo ");
                f.Remove(Bound);
                if (f.Has(Auth))
                    f[Owned] = "";
            });
            await w.Server.Pfs.DeleteAllAsync(new());
        }),
        new("/transaction_v2.API/StartTransaction", _ => true, async w =>
        {
            w.Will(f => f["transactions"] = f.GetValueOrDefault("transactions", "") + "1");
            await w.Server.Transactions.StartTransactionAsync(new());
        }),
        new("/transaction_v2.API/DeleteAll", f => f.Has("transactions"), async w =>
        {
            w.Will(f => f.Remove("transactions"));
            await w.Server.Transactions.DeleteAllAsync(new());
        }),
        new("/pps_v2.API/DeleteAll", f => f.Under("pipeline ").Count > 0, async w =>
        {
            foreach (string name in (await PipelinesAsync(w)).ConvertAll(info => info.Pipeline.Name))
                w.Will(f => f[$"pipeline {name}"] = f[$"pipeline {name}"].Replace("running", "stopped", StringComparison.Ordinal));
            w.Will(f => f.Forget("pipeline "));
            w.Will(f => f.Forget("secret "));
            await w.Server.Pps.DeleteAllAsync(new());
        }),
    ];

    public async Task<Facts> ReadAsync(Walker w)
    {
        Facts facts = new();
        Token = await GoodTokenAsync(w);
        if (Token is not null)
        {
            facts[Auth] = Token;
            List<string> entries = [.. await EntriesAsync(w, ResourceType.Project, "default")];
            if (entries.Contains("allClusterUsers"))
                facts[Bound] = "";
            if (entries.Contains("pach:root"))
                facts[Owned] = "";
        }

        // Where they cannot be listed, no call changes them either.
        IEnumerable<string> repos = CanList(facts)
            ? (await ProjectView.AllAsync(w.Server.Pfs.ListRepo(new() { Type = "user" }))).Select(repo => repo.Repo.Name)
            : w.Known.Under("repo ");
        foreach (string repo in repos.Where(repo => repo[0] == 'v'))
            facts[$"repo {repo}"] = "";
        if ((await w.Server.Transactions.ListTransactionAsync(new())).TransactionInfo is { Count: > 0 } open)
            facts["transactions"] = new string('1', open.Count);

        foreach (PipelineInfo info in await PipelinesAsync(w))
        {
            string name = info.Pipeline.Name;
            bool enrolled = Token is not null && (await EntriesAsync(w, ResourceType.Repo, $"default/{name}")).Contains($"pipeline:default/{name}");
            facts[$"pipeline {name}"] = (info.Stopped ? "stopped" : "running") + (enrolled ? Enrolled : "");
        }

        foreach (SecretInfo info in (await w.Server.Pps.ListSecretAsync(new())).SecretInfo)
            facts[$"secret {info.Secret.Name}"] = "";
        string defaults = (await w.Server.Pps.GetClusterDefaultsAsync(new())).ClusterDefaultsJson;
        if (defaults.Contains("description", StringComparison.Ordinal))
            facts["defaults"] = defaults;
        return facts;
    }

    // Between the two steps that turn auth on, the project of the repos has no binding: they cannot be listed then.
    private static bool CanList(Facts facts) => !facts.Has(Auth) || facts.Has(Bound) || facts.Has(Owned);

    // Null: auth is off. One of the tokens that may hold has to.
    private static async Task<string?> GoodTokenAsync(Walker w)
    {
        foreach (string token in w.Possible.Select(facts => facts.GetValueOrDefault(Auth, "none")).Distinct())
        {
            try
            {
                await w.Server.Auth.WhoAmIAsync(new(), new Metadata { { "authn-token", token } });
                return token;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
            {
                return null;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
            {
                // Another one may be good.
            }
        }

        throw new InvalidOperationException("Auth is on, and none of the tokens is good that may be.");
    }

    private static async Task<IEnumerable<string>> EntriesAsync(Walker w, ResourceType type, string name)
        => (await w.Server.Auth.GetRoleBindingAsync(new() { Resource = new Resource { Type = type, Name = name } })).Binding.Entries.Keys;

    private static Task<List<PipelineInfo>> PipelinesAsync(Walker w) => ProjectView.AllAsync(w.Server.Pps.ListPipeline(new()));
}
