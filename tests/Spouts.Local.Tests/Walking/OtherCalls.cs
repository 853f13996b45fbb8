using Grpc.Core;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Transaction;

namespace Spouts.Local.Tests.Walking;

/// <summary>The mutating calls of transaction_v2.API and, as far as they stay within a project, of auth_v2.API.</summary>
internal static class OtherCalls
{
    private static readonly string[] s_repos = ["x0", "x1", "x2"];
    private static readonly string[] s_roles = ["projectViewer", "projectWriter", "projectOwner"];

    public static IEnumerable<WalkCall> All { get; } =
    [
        new("/transaction_v2.API/StartTransaction", f => f.Under("transaction ").Count == 0, async w =>
        {
            string id = (await w.Server.Transactions.StartTransactionAsync(new())).Id;
            w.Learned(f => f[$"transaction {id}"] = "");
        }),
        OnTransaction("/pfs_v2.API/CreateRepo", async (w, id) =>
        {
            string repo = w.Any(s_repos), description = w.Fresh();
            w.Will(f => f[$"transaction {id}"] += $" {repo}={description}");
            await w.Server.Pfs.CreateRepoAsync(Create(w, repo, description), new Metadata { { "pach-transaction", id } });
        }),
        OnTransaction("/transaction_v2.API/FinishTransaction", async (w, id) =>
        {
            w.Will(f =>
            {
                foreach (string request in f[$"transaction {id}"].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    f[$"repo {request.Split('=')[0]}"] = request.Split('=')[1];
                f.Remove($"transaction {id}");
            });
            await w.Server.Transactions.FinishTransactionAsync(new() { Transaction = new Transaction { Id = id } });
        }),
        OnTransaction("/transaction_v2.API/DeleteTransaction", async (w, id) =>
        {
            w.Will(f => f.Remove($"transaction {id}"));
            await w.Server.Transactions.DeleteTransactionAsync(new() { Transaction = new Transaction { Id = id } });
        }),
        new("/transaction_v2.API/BatchTransaction", _ => true, async w =>
        {
            string description = w.Fresh();
            w.Will(f =>
            {
                foreach (string repo in s_repos)
                    f[$"repo {repo}"] = description;
            });
            BatchTransactionRequest batch = new();
            batch.Requests.AddRange(s_repos.Select(repo => new TransactionRequest { CreateRepo = Create(w, repo, description) }));
            await w.Server.Transactions.BatchTransactionAsync(batch);
        }),
        new("/auth_v2.API/ModifyRoleBinding", _ => true, async w =>
        {
            string role = w.Any(s_roles);
            w.Will(f => f["roles"] = role);
            await w.Server.Auth.ModifyRoleBindingAsync(new() { Resource = Resource(w), Principal = Robot(w), Roles = { role } });
        }),
        new("/auth_v2.API/GetRobotToken", f => f.Under("token ").Count < 5, async w =>
        {
            string token = (await w.Server.Auth.GetRobotTokenAsync(new() { Robot = Robot(w) })).Token;
            w.Learned(f => f[$"token {token}"] = "good");
        }),
        new("/auth_v2.API/RevokeAuthToken", HasToken, async w =>
        {
            string token = w.Any(w.Known.Under("token "));
            w.Will(f => f.Remove($"token {token}"));
            await w.Server.Auth.RevokeAuthTokenAsync(new() { Token = token });
        }),
        new("/auth_v2.API/RevokeAuthTokensForUser", HasToken, async w =>
        {
            w.Will(f => f.Forget("token "));
            await w.Server.Auth.RevokeAuthTokensForUserAsync(new() { Username = Robot(w) });
        }),
    ];

    public static Resource Resource(Walker w) => new() { Type = ResourceType.Project, Name = w.Project };

    public static string Robot(Walker w) => $"robot:{w.Project}";

    private static bool HasToken(Facts facts) => facts.Under("token ").Count > 0;

    private static CreateRepoRequest Create(Walker w, string repo, string description)
        => new() { Repo = w.Repo(repo), Description = description, Update = true };

    private static WalkCall OnTransaction(string method, Func<Walker, string, Task> make)
        => new(method, facts => facts.Under("transaction ").Count > 0, walker => make(walker, walker.Known.Under("transaction ")[0]));
}
