using Spouts.Local.Core.Pipelines;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Auth;

/// <summary>What a pipeline may do as a principal of its own, and who may do what to a pipeline.</summary>
internal static class PipelineAccess
{
    public static string Subject(Pipeline pipeline) => $"pipeline:{pipeline.Project.Name}/{pipeline.Name}";

    /// <summary>Whoever has a pipeline read something must be allowed to read it himself.</summary>
    public static void RequireInputs(Tx tx, Caller caller, PipelineInfo info)
    {
        foreach (PFSInput input in Inputs.All(info.Details.Input).Select(input => input.Pfs).OfType<PFSInput>())
            Access.Require(tx, caller, new RepoRef(input.Project, input.Repo, RepoRef.User), Permission.RepoRead);
    }

    /// <summary>The permissions on a pipeline are those on its output repo.</summary>
    public static void Require(Tx tx, Caller caller, Pipeline pipeline, Permission permission)
        => Access.Require(tx, caller, Output(pipeline), permission);

    /// <summary>Gives every pipeline that is older than auth its token and roles.</summary>
    public static void EnrolAll(Change change)
    {
        foreach (PipelineRow row in change.Tx.Pipelines())
            Enrol(change, PipelineStore.Current(change.Tx, row), null);
    }

    /// <summary>
    /// Gives a new version of a pipeline its token and its roles, and takes them from the version before, whose worker so
    /// loses its say in the very transaction that replaces it. Does nothing while auth is off.
    /// </summary>
    public static void Enrol(Change change, PipelineInfo info, PipelineInfo? before)
    {
        if (!AuthState.IsActive(change.Tx))
            return;
        RevokeToken(change, info.Pipeline);
        PipelineStore.SetToken(change.Tx, info.Pipeline, Tokens.Issue(change, Subject(info.Pipeline)));
        HashSet<RepoRef> reads = Reads(info), writes = Writes(info);
        if (before is not null)
            Leave(change, info.Pipeline, [.. Reads(before), .. Writes(before)], kept: [.. reads, .. writes]);
        foreach (RepoRef repo in reads)
            Grant(change, info.Pipeline, repo, Permission.RepoAddPipelineReader, Roles.RepoReader);
        foreach (RepoRef repo in writes)
            Grant(change, info.Pipeline, repo, Permission.RepoAddPipelineWriter, Roles.RepoWriter);
        if (before is null)
            Grant(change, info.Pipeline, Output(info.Pipeline), Permission.RepoAddPipelineWriter, Roles.RepoWriter);
    }

    /// <summary>Takes a pipeline's token, and its roles on what it reads; those on its own repo go with the repo.</summary>
    public static void Dismiss(Change change, PipelineInfo info)
    {
        if (!AuthState.IsActive(change.Tx))
            return;
        RevokeToken(change, info.Pipeline);
        Leave(change, info.Pipeline, [.. Reads(info), .. Writes(info)], kept: []);
    }

    private static RepoRef Output(Pipeline pipeline) => new(pipeline.Project.Name, pipeline.Name, RepoRef.User);

    private static HashSet<RepoRef> Reads(PipelineInfo info)
        => [.. Inputs.All(info.Details.Input).Select(input => input.Pfs).OfType<PFSInput>()
            .Select(pfs => new RepoRef(pfs.Project, pfs.Repo, RepoRef.User))];

    private static HashSet<RepoRef> Writes(PipelineInfo info)
        => [.. Inputs.All(info.Details.Input).Select(input => input.Cron).OfType<CronInput>()
            .Select(cron => new RepoRef(cron.Project, cron.Repo, RepoRef.User))];

    private static void RevokeToken(Change change, Pipeline pipeline)
    {
        if (change.Tx.Pipeline(pipeline.Project.Name, pipeline.Name)?.AuthToken is { } token)
            Tokens.Revoke(change, token);
    }

    private static void Grant(Change change, Pipeline pipeline, RepoRef repo, Permission needed, string role)
    {
        change.Require(repo, needed);
        Bindings.Set(change, ResourceRef.Repo(repo), Subject(pipeline), [role]);
    }

    // The right to do so is asked for on the pipeline, not on what it read: anybody could break its input otherwise.
    private static void Leave(Change change, Pipeline pipeline, HashSet<RepoRef> left, HashSet<RepoRef> kept)
    {
        foreach (ResourceRef resource in left.Except(kept).Select(ResourceRef.Repo))
        {
            if (!change.Tx.HasBinding(resource.Kind, resource.Name))
                continue;
            Require(change.Tx, change.Caller, pipeline, Permission.RepoRemovePipelineReader);
            Bindings.Set(change, resource, Subject(pipeline), []);
        }
    }
}
