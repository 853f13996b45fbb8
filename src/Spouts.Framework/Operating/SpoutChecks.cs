using System.Runtime.CompilerServices;
using Grpc.Core;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Publishing;
using Spouts.Sources;

namespace Spouts.Operating;

/// <summary>Whether one spout finds what it needs: its pipeline, branch, head, permissions, and a ledger that can be read.</summary>
internal sealed class SpoutChecks(
    SpoutRegistration spout, Entrance entrance, Door door, PipelineControl pipeline, OutputRepo repo, Recovery recovery, TimeProvider time)
{
    // A batch is published in seconds; a commit that has been open or FINISHING for longer waits for somebody.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private static readonly Permission[] ToRead =
        [Permission.RepoRead, Permission.RepoInspectCommit, Permission.RepoListFile, Permission.RepoInspectFile];

    // What the look at the ledger finds that stands still and is not wrong.
    private readonly List<Finding> _waiting = [];

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        Finding there = await AskAsync("repo", RepoAsync, cancellation).ConfigureAwait(false);
        yield return there;
        if (there.Cure is not null)
            yield break;
        Finding branch = await AskAsync("branch", BranchAsync, cancellation).ConfigureAwait(false);
        yield return branch;
        if (branch.Cure is not null)
            yield break;
        Finding allowed = await AskAsync("permissions", PermissionsAsync, cancellation).ConfigureAwait(false);
        yield return allowed;
        if (allowed.Cure is not null)
            yield break;
        yield return await AskAsync("head", HeadAsync, cancellation).ConfigureAwait(false);
        yield return await AskAsync("clock", new DoorChecks(entrance, door, time).ClockAsync, cancellation).ConfigureAwait(false);
        yield return await AskAsync("ledger", LedgerAsync, cancellation).ConfigureAwait(false);
        foreach (Finding waiting in _waiting)
            yield return waiting;
    }

    // What a check does not foresee is wrong, too, and says so in its line.
    private async Task<Finding> AskAsync(string check, Func<CancellationToken, Task<Finding>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask(cancellation).ConfigureAwait(false);
        }
        catch (SpoutConfigurationException wrong)
        {
            return Finding.Wrong(check, wrong.Message, "as it says");
        }
        catch (PachydermException failed)
        {
            return Refused(check, failed);
        }
        catch (RpcException failed)
        {
            return Refused(check, PachydermErrors.From(failed, $"answer what doctor asks of the {check}"));
        }
    }

    private Finding Refused(string check, PachydermException failed) => Finding.Wrong(
        check,
        failed.Message,
        failed.Kind is PachydermErrorKind.PermissionDenied
            ? $"let an administrator give the token a role on the repo: {Pachctl.GrantRole(repo.Project, repo.Pipeline, "repoReader", "SUBJECT")}"
            : "look into the log of pachd",
        failed.Kind is PachydermErrorKind.Unreachable ? ExitCodes.Unavailable : ExitCodes.Configuration);

    private async Task<Finding> RepoAsync(CancellationToken cancellation)
    {
        PipelineInfo info;
        try
        {
            info = await pipeline.InspectAsync(cancellation).ConfigureAwait(false);
        }
        catch (PachydermException missing) when (missing.Kind is PachydermErrorKind.NotFound)
        {
            string create = entrance.IsLocal ? "dotnet run" : Pachctl.CreatePipeline(spout.Name);
            return await HasRepoAsync(cancellation).ConfigureAwait(false)
                ? Finding.Wrong("repo", $"the pipeline {pipeline.Name} was deleted, and its repo was kept: nothing runs",
                    $"create the pipeline again, which goes on from what the repo has: {create}")
                : Finding.Wrong("repo", $"there is no pipeline {pipeline.Name}, and so no repo of it", $"create it: {create}; or check the context's project");
        }

        if (info.Details.Spout is null)
            return Finding.Wrong("repo", $"the pipeline {pipeline.Name} is no spout", "create it from the spec that the build wrote, under a name that is free");
        if (info.Stopped)
            return Finding.Wrong("repo", $"the pipeline {pipeline.Name} is stopped: its spout does not run", $"start it: {pipeline.StartCommand}");
        return info.State is PipelineState.PipelineFailure or PipelineState.PipelineCrashing
            ? Finding.Wrong("repo", $"the pipeline {pipeline.Name} is in {info.State}: {info.Reason}", "mend what it says, then update the pipeline")
            : new("repo", $"{pipeline.Name}, version {info.Version}");
    }

    private async Task<bool> HasRepoAsync(CancellationToken cancellation)
    {
        try
        {
            await repo.HeadAsync(cancellation).ConfigureAwait(false);
            return true;
        }
        catch (PachydermException missing) when (missing.Kind is PachydermErrorKind.NotFound)
        {
            return false;
        }
    }

    private async Task<Finding> BranchAsync(CancellationToken cancellation)
    {
        string output = (await pipeline.InspectAsync(cancellation).ConfigureAwait(false)).Details.OutputBranch;
        if (output != spout.OutputBranch)
        {
            return Finding.Wrong("branch", $"the pipeline's output branch is '{output}', the program's '{spout.OutputBranch}'",
                "an output branch cannot be changed: delete the pipeline and create it anew, or give the class back its OutputBranch");
        }

        try
        {
            return await repo.IsOutputBranchAsync(cancellation).ConfigureAwait(false)
                ? new("branch", repo.BranchName)
                : Finding.Wrong("branch", $"the branch {repo.BranchName} belongs to no pipeline: it was deleted, and somebody has made a plain one of its name",
                    $"have Pachyderm make it the output branch again: {Pachctl.RestartPipeline(repo.Project, repo.Pipeline)}");
        }
        catch (PachydermException missing) when (missing.Kind is PachydermErrorKind.NotFound)
        {
            return Finding.Wrong("branch", $"the branch {repo.BranchName} was deleted",
                $"create the pipeline anew; commits that are still there are found with: {Pachctl.ListCommits(repo.Project, repo.Pipeline)}");
        }
    }

    private async Task<Finding> HeadAsync(CancellationToken cancellation)
    {
        CommitView head = await repo.InspectAsync(await repo.HeadAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        if (head.Error.Length > 0)
        {
            return Finding.Wrong("head", $"{head.Id} ended with an error, and readers of the branch skip it: {head.Error}",
                "change the path in the source, or delete what is there; the next commit stands on the last one that was good");
        }

        if (await StuckCommit.FindAsync(repo, head, cancellation).ConfigureAwait(false) is { } stuck)
            return Finding.Wrong("head", stuck.What, $"let an administrator repair it: {stuck.Repair}");
        TimeSpan age = time.GetUtcNow() - (head.Finishing ?? head.Started ?? time.GetUtcNow());
        if (head.IsFinished || age < Long)
            return new("head", $"{head.Id}, {(head.IsFinished ? "finished" : head.IsOpen ? "open" : "finishing")}");
        if (head.IsOpen)
        {
            return Finding.Wrong("head", $"{head.Id} has been open for {age:d\\.hh\\:mm\\:ss}, and nothing can be committed on it",
                $"the worker closes it when it starts; see why it does not: {Pachctl.Logs(repo.Project, repo.Pipeline)}");
        }

        return Finding.Wrong("head", $"{head.Id} has been FINISHING for {age:d\\.hh\\:mm\\:ss}", "see whether pachd runs and what it logs; commits become readable through it");
    }

    private async Task<Finding> PermissionsAsync(CancellationToken cancellation)
    {
        if (await door.WhoAsync(cancellation).ConfigureAwait(false) is not { } who)
            return new("permissions", "everybody may do everything, because auth is off");
        IReadOnlySet<Permission> has = await door.PermissionsAsync(repo.Name, cancellation).ConfigureAwait(false);
        string role = $"let an administrator give it: {Pachctl.GrantRole(repo.Project, repo.Pipeline, "{0}", who)}";
        if (Array.FindAll(ToRead, permission => !has.Contains(permission)) is { Length: > 0 } missing)
            return Finding.Wrong("permissions", $"{who} may not read {repo.Name}: {string.Join(", ", missing)}", role.Replace("{0}", "repoReader", StringComparison.Ordinal));
        if (has.Contains(Permission.RepoWrite))
            return new("permissions", $"{who} may read and write {repo.Name}");
        return entrance.IsSidecar
            ? Finding.Wrong("permissions", $"{who} may not write to {repo.Name}", $"let Pachyderm make a new token: {Pachctl.UpdatePipeline(spout.Name)}")
            : new("permissions", $"{who} may read {repo.Name}, not write: state set, rename, reset and rewind will be refused");
    }

    private async Task<Finding> LedgerAsync(CancellationToken cancellation)
    {
        Ledger ledger = (await recovery.PeekAsync(cancellation).ConfigureAwait(false)).Ledger;
        foreach ((string name, SourceEntry entry) in ledger.Sources)
        {
            if (entry.Wait is { } until && until > time.GetUtcNow())
                _waiting.Add(new("wait", $"'{name}' waits until {until:u}, after a run that failed or was asked to come back later; its log says which"));
            if (entry.IsPaused)
                _waiting.Add(new("schedule", $"'{name}' is paused until: {SpoutCommands.Resume(spout.Name, name)}"));
            if (entry.Backfill is { } backfill)
                _waiting.Add(new("schedule", $"'{name}' runs what was due from {backfill.From:u} to {backfill.To:u}: {backfill.Done} of {backfill.Total} are done"));
        }

        (string Source, DateTimeOffset Due)[] ahead = [.. ledger.Sources
            .Where(source => source.Value.Due > time.GetUtcNow() + Long).Select(static source => (source.Key, source.Value.Due!.Value))];
        if (ahead is [var (source, due), ..])
        {
            return Finding.Wrong("ledger", $"#{ledger.Number}: '{source}' has run for {due:u}, which is still to come",
                "check the clock of this machine and of the worker's; the source waits until then");
        }

        Finding[] ambiguities = [.. LedgerNames.Compare(spout, ledger).Ambiguities.Select(static one => Finding.Wrong("ledger", one.What, one.Cure))];
        if (ambiguities.Length > 0)
        {
            _waiting.AddRange(ambiguities.Skip(1));
            return ambiguities[0];
        }

        string[] strangers = [.. ledger.Sources.Keys.Except(spout.Sources.SelectMany(static s => (string?[])[s.Name, s.FormerName]).OfType<string>())];
        return new("ledger", ledger.BatchId.Length == 0
            ? "nothing was committed yet"
            : $"#{ledger.Number}, {ledger.Sources.Count} sources{(strangers.Length == 0 ? "" : $"; the program does not have: {string.Join(", ", strangers)}")}");
    }
}
