using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Transaction;

namespace Spouts.Local.Services;

/// <content>Commits.</content>
internal sealed partial class PfsService
{
    private const int Page = 200;

    public override async Task<Commit> StartCommit(StartCommitRequest request, ServerCallContext context)
    {
        request.Parent?.ToHandle();
        return (await runner.RunAsync(new TransactionRequest { StartCommit = request }, context)).Commit;
    }

    public override async Task<Empty> FinishCommit(FinishCommitRequest request, ServerCallContext context)
    {
        await runner.RunAsync(new TransactionRequest { FinishCommit = request }, context);
        return new Empty();
    }

    public override async Task<Empty> ClearCommit(ClearCommitRequest request, ServerCallContext context)
    {
        CommitHandle handle = request.Commit.ToHandle();
        Require(context, handle.Repo, Permission.RepoWrite);
        await ChangeAsync(context, change => Commits.Clear(change, Commits.Pick(change.Tx, handle)));
        return new Empty();
    }

    public override async Task<CommitInfo> InspectCommit(InspectCommitRequest request, ServerCallContext context)
    {
        CommitHandle handle = request.Commit.ToHandle();
        Require(context, handle.Repo, Permission.RepoInspectCommit);
        if (handle.IsFileSet && handle.Id.Length > 0)
            return Infos.VirtualCommit(request.Commit);
        CommitRow commit = pachd.Read(tx => Commits.Pick(tx, handle));
        commit = await CommitWaits.ForAsync(pachd, commit, request.Wait.ToCore(), context.CancellationToken);
        // Read again: the neighbours may have changed while it waited.
        return pachd.Read(tx => Infos.Commit(tx, tx.FindCommit(commit.Id) ?? commit));
    }

    public override async Task ListCommit(
        ListCommitRequest request, IServerStreamWriter<CommitInfo> responseStream, ServerCallContext context)
    {
        CommitHandle? toHandle = request.To?.ToHandle();
        CommitHandle? fromHandle = request.From?.ToHandle();
        if (request.Repo is null)
            throw new PachException("repo cannot be nil");
        RepoRef repo = request.Repo.ToCore();
        Require(context, repo, Permission.RepoListCommit);
        if ((fromHandle is not null && fromHandle.Repo != repo) || (toHandle is not null && toHandle.Repo != repo))
            throw new PachException($"`from` and `to` commits need to be from repo {repo}");
        RepoRow? row = repo.Name.Length == 0
            ? null
            : PachException.Within("ensure repo exists", () => pachd.Read(tx => Repos.Get(tx, repo)));
        if (fromHandle is not null)
            pachd.Check(tx => Commits.Pick(tx, fromHandle));
        CommitRow? to = toHandle is null ? null : pachd.Read(tx => Commits.Pick(tx, toHandle));
        if (fromHandle is not null && to is null)
            throw new PachException("cannot use `from` commit without `to` commit");
        if (to is not null && request.Reverse)
            throw new PachException("cannot use 'Reverse' while also using 'From' or 'To'");
        IEnumerable<CommitRow> commits = to is null ? InOrder(row?.Id, request.Reverse) : Line(to, fromHandle?.Id);
        long left = request.Number == 0 ? long.MaxValue : request.Number;
        foreach (CommitRow commit in commits.Where(commit => Passes(commit, request)))
        {
            if (left-- == 0)
                break;
            await responseStream.WriteAsync(pachd.Read(tx => Infos.ListedCommit(tx, commit)), context.CancellationToken);
        }
    }

    public override async Task SubscribeCommit(
        SubscribeCommitRequest request, IServerStreamWriter<CommitInfo> responseStream, ServerCallContext context)
    {
        CommitHandle? from = request.From?.ToHandle();
        if (request.Repo is null)
            throw new PachException("repo cannot be nil");
        RepoRef repo = request.Repo.ToCore();
        if (from is not null && from.Repo != repo)
            throw new PachException($"the `from` commit needs to be from repo {repo}");
        RepoRow row = PachException.Within("get repo ID", () => pachd.Read(tx => Repos.Find(tx, repo)
            ?? throw new PachException(ErrorKind.NotFound, Repos.NotFoundRow(repo))));
        long sent = 0;
        while (true)
        {
            Task changed = pachd.RepoSignals.Next(row.Id);
            List<CommitRow> page = pachd.Read(tx => tx.CommitPage(row.Id, sent, ascending: true, Page));
            foreach (CommitRow commit in page)
            {
                sent = commit.Id;
                if ((request.Branch.Length > 0 && commit.Branch != request.Branch)
                    || from?.Id == commit.SetId
                    || !PassesOrigin(commit, request.All, request.OriginKind))
                {
                    continue;
                }

                CommitRow ready = await CommitWaits.ForAsync(pachd, commit, request.State.ToCore(), context.CancellationToken);
                await responseStream.WriteAsync(
                    pachd.Read(tx => Infos.Commit(tx, tx.FindCommit(ready.Id) ?? ready)), context.CancellationToken);
            }

            if (page.Count == 0)
                await changed.WaitAsync(context.CancellationToken);
        }
    }

    private static bool Passes(CommitRow commit, ListCommitRequest request)
    {
        if (!PassesOrigin(commit, request.All, request.OriginKind))
            return false;
        // A walk along parents takes no notice of times.
        if (request.StartedTime is not { } time || request.To is not null)
            return true;
        return request.Reverse ? commit.Started > Times.Ticks(time) : commit.Started < Times.Ticks(time);
    }

    private static bool PassesOrigin(CommitRow commit, bool all, OriginKind origin)
        => all || origin == OriginKind.Unknown || commit.Origin == (int)origin;

    private IEnumerable<CommitRow> InOrder(long? repo, bool ascending)
    {
        long beyond = ascending ? 0 : long.MaxValue;
        while (true)
        {
            List<CommitRow> page = pachd.Read(tx => tx.CommitPage(repo, beyond, ascending, Page));
            foreach (CommitRow commit in page)
                yield return commit;
            if (page.Count < Page)
                yield break;
            beyond = page[^1].Id;
        }
    }

    // The end is compared as the caller wrote it: one given by branch, or with a suffix, is never met.
    private IEnumerable<CommitRow> Line(CommitRow to, string? from)
    {
        for (CommitRow? at = to; at is not null && at.SetId != from;)
        {
            yield return at;
            at = at.Parent is { } parent ? pachd.Read(tx => tx.FindCommit(parent)) : null;
        }
    }
}
