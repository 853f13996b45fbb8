using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Services;

/// <content>Defaults, and making pipelines again from what their users wrote.</content>
internal sealed partial class PpsService
{
    public override Task<GetClusterDefaultsResponse> GetClusterDefaults(GetClusterDefaultsRequest request, ServerCallContext context)
        => Task.FromResult(new GetClusterDefaultsResponse { ClusterDefaultsJson = Specs.ClusterDefaults });

    public override Task<GetProjectDefaultsResponse> GetProjectDefaults(GetProjectDefaultsRequest request, ServerCallContext context)
    {
        string project = Wire.ProjectName(request.Project);
        return Task.FromResult(pachd.Read(tx =>
        {
            PachException.Within($"error getting project \"{project}\"", () => Projects.Get(tx, project));
            long? createdAt = tx.Find<long?>("SELECT created_at FROM project_defaults WHERE project = @project", new { project });
            return new GetProjectDefaultsResponse
            {
                ProjectDefaultsJson = Specs.ProjectDefaults(tx, project),
                CreatedAt = createdAt is { } time ? Times.Timestamp(time) : null,
                CreatedBy = tx.Find<string>("SELECT created_by FROM project_defaults WHERE project = @project", new { project }) ?? "",
            };
        }));
    }

    public override async Task<SetProjectDefaultsResponse> SetProjectDefaults(SetProjectDefaultsRequest request, ServerCallContext context)
    {
        string project = Wire.ProjectName(request.Project);
        pachd.Check(tx => PachException.Within(
            "not allowed", () => Access.Require(tx, context.Caller(), ResourceRef.Project(project), Permission.ProjectSetDefaults)));
        Specs.CheckDefaults(request.ProjectDefaultsJson);
        SetProjectDefaultsResponse response = new();
        await ChangeOrTryAsync(request.DryRun, context, change =>
        {
            change.Tx.Execute(
                """
                INSERT INTO project_defaults (project, json, created_at, created_by) VALUES (@project, @json, @Now, @Maker)
                ON CONFLICT (project) DO UPDATE SET json = @json, created_at = @Now, created_by = @Maker
                """,
                new { project, json = request.ProjectDefaultsJson, change.Now, change.Maker });
            if (request.Regenerate)
                response.AffectedPipelines.AddRange(Regenerate(change, project, request.Reprocess));
        });
        return response;
    }

    public override async Task<Empty> RerunPipeline(RerunPipelineRequest request, ServerCallContext context)
    {
        Named(request.Pipeline, nameof(RerunPipelineRequest));
        string name = $"{request.Pipeline.Project.Name}/{request.Pipeline.Name}";
        await ChangeAsync(context, change =>
        {
            PipelineInfo info = PachException.Within(
                $"inspect pipeline \"{name}\"", () => PipelineLookup.Inspect(change.Tx, request.Pipeline));
            (string json, CreatePipelineRequest spec) = Specs.Effective(change.Tx, info.UserSpecJson);
            if (string.IsNullOrEmpty(spec.Pipeline.Project?.Name))
            {
                // The real server forgets here that an unnamed project is the default one.
                throw new PachException(
                    $"pipeline was not inspected: couldn't find up to date spec for pipeline \"{spec.Pipeline.Name}\": pick commit tx: "
                    + "picking commit: picking branch: picking repo: project picker cannot be nil");
            }

            Again(change, info, json, spec, request.Reprocess);
        });
        return new Empty();
    }

    // A new version for every pipeline whose effective spec comes out different now.
    private List<Pipeline> Regenerate(Change change, string project, bool reprocess)
    {
        List<Pipeline> affected = [];
        foreach (PipelineRow row in change.Tx.Pipelines().Where(row => row.Project == project))
        {
            PipelineInfo info = PipelineStore.Current(change.Tx, row);
            (string json, CreatePipelineRequest spec) = Specs.Effective(change.Tx, info.UserSpecJson);
            if (json == info.EffectiveSpecJson)
                continue;
            affected.Add(info.Pipeline.Clone());
            Again(change, info, json, spec, reprocess);
        }

        return affected;
    }

    private void Again(Change change, PipelineInfo info, string json, CreatePipelineRequest spec, bool reprocess)
    {
        spec.Update = true;
        spec.Reprocess = reprocess;
        EnsureProject(spec.Pipeline);
        pipelines.Create(change, spec, info.UserSpecJson, json);
    }

    private async Task ChangeOrTryAsync(bool tryOnly, ServerCallContext context, Action<Change> body)
    {
        if (tryOnly)
        {
            await pachd.TryAsync(
                context.Caller(),
                Names.NewId(),
                change =>
                {
                    body(change);
                    return true;
                },
                context.CancellationToken);
        }
        else
        {
            await ChangeAsync(context, body);
        }
    }
}
