using Google.Protobuf;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>
/// Rows of pipelines and their versions. A version is kept as Pachyderm's own PipelineInfo: a spec is a protobuf message
/// by definition, and a second set of eighty records would only be a chance to lose a field.
/// </summary>
internal static class PipelineStore
{
    public static PipelineRow? Pipeline(this Tx tx, string project, string name)
        => tx.Find<PipelineRow>("SELECT * FROM pipeline WHERE project = @project AND name = @name", new { project, name });

    public static List<PipelineRow> Pipelines(this Tx tx) => tx.List<PipelineRow>("SELECT * FROM pipeline ORDER BY id");

    public static bool IsTransform(Tx tx, RepoRef repo)
        => tx.Pipeline(repo.Project, repo.Name) is { } row && Version(tx, row, row.Version) is { Details: { Spout: null, Service: null } };

    /// <summary>What a version says; null: there is no such version.</summary>
    public static PipelineInfo? Version(Tx tx, PipelineRow row, long version)
    {
        byte[]? info = tx.Find<byte[]>(
            "SELECT info FROM pipeline_version WHERE pipeline_id = @Id AND version = @version", new { row.Id, version });
        return info is null ? null : PipelineInfo.Parser.ParseFrom(info);
    }

    /// <summary>The newest version, as it stands now.</summary>
    public static PipelineInfo Current(Tx tx, PipelineRow row)
        => AsItStands(row, Version(tx, row, row.Version) ?? throw new InvalidOperationException($"{row} has no version {row.Version}."));

    /// <summary>Adds what changes over a pipeline's life to what a version says.</summary>
    public static PipelineInfo AsItStands(PipelineRow row, PipelineInfo info)
    {
        info.State = (PipelineState)row.State;
        info.Stopped = row.Stopped;
        info.Reason = row.Reason;
        if (info.State is not (PipelineState.PipelineRunning or PipelineState.PipelineCrashing))
            info.Details.WorkersStartedAt = null;
        return info;
    }

    public static PipelineRow Save(Change change, PipelineInfo info)
    {
        Tx tx = change.Tx;
        string project = info.Pipeline.Project.Name;
        tx.Execute(
            """
            INSERT INTO pipeline (project, name, version, state, stopped, reason) VALUES (@project, @Name, @version, @state, @Stopped, @Reason)
            ON CONFLICT (project, name) DO UPDATE SET version = @version, state = @state, stopped = @Stopped, reason = @Reason
            """,
            new { project, info.Pipeline.Name, version = (long)info.Version, state = (int)info.State, info.Stopped, info.Reason });
        PipelineRow row = tx.Pipeline(project, info.Pipeline.Name)!;
        tx.Execute(
            "INSERT INTO pipeline_version (pipeline_id, version, spec_commit, info) VALUES (@Id, @Version, @spec, @info)",
            new { row.Id, row.Version, spec = info.SpecCommit.Id, info = info.ToByteArray() });
        return row;
    }

    public static void SetState(Tx tx, PipelineRow row, PipelineState state, bool stopped, string? reason = null)
        => tx.Execute(
            "UPDATE pipeline SET state = @state, stopped = @stopped, reason = COALESCE(@reason, reason) WHERE id = @Id",
            new { state = (int)state, stopped, reason, row.Id });

    /// <summary>What kept a worker from starting is looked at anew by the process that starts it.</summary>
    public static void ForgetCrashes(Tx tx)
        => tx.Execute(
            "UPDATE pipeline SET state = @running, reason = '' WHERE state = @crashing",
            new { running = (int)PipelineState.PipelineRunning, crashing = (int)PipelineState.PipelineCrashing });

    /// <summary>The workers of the newest version are running from now on.</summary>
    public static void SetWorkersStarted(Change change, PipelineRow row)
    {
        PipelineInfo info = Version(change.Tx, row, row.Version)!;
        info.Details.WorkersStartedAt = Times.Timestamp(change.Now);
        change.Tx.Execute(
            "UPDATE pipeline_version SET info = @info WHERE pipeline_id = @Id AND version = @Version",
            new { row.Id, row.Version, info = info.ToByteArray() });
    }

    public static void SetToken(Tx tx, Pipeline pipeline, string? token)
        => tx.Execute(
            "UPDATE pipeline SET auth_token = @token WHERE project = @project AND name = @Name",
            new { token, project = pipeline.Project.Name, pipeline.Name });

    public static void SetDoorPort(Tx tx, long pipeline, int port)
        => tx.Execute("UPDATE pipeline SET door_port = @port WHERE id = @pipeline", new { port, pipeline });
}
