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
        => Task.FromResult(new GetClusterDefaultsResponse { ClusterDefaultsJson = pachd.Read(Defaults.Cluster) });

    public override Task<GetProjectDefaultsResponse> GetProjectDefaults(GetProjectDefaultsRequest request, ServerCallContext context)
    {
        string project = Wire.ProjectName(request.Project);
        return Task.FromResult(pachd.Read(tx =>
        {
            PachException.Within($"error getting project \"{project}\"", () => Projects.Get(tx, project));
            return Defaults.Project(tx, project);
        }));
    }

    public override async Task<SetClusterDefaultsResponse> SetClusterDefaults(SetClusterDefaultsRequest request, ServerCallContext context)
    {
        SetClusterDefaultsResponse response = new();
        response.AffectedPipelines.AddRange(
            await SetDefaultsAsync(null, request.ClusterDefaultsJson, request.Regenerate, request.Reprocess, request.DryRun, context));
        return response;
    }

    public override async Task<SetProjectDefaultsResponse> SetProjectDefaults(SetProjectDefaultsRequest request, ServerCallContext context)
    {
        string project = Wire.ProjectName(request.Project);
        pachd.Check(tx => PachException.Within(
            "not allowed", () => Access.Require(tx, context.Caller(), ResourceRef.Project(project), Permission.ProjectSetDefaults)));
        SetProjectDefaultsResponse response = new();
        response.AffectedPipelines.AddRange(
            await SetDefaultsAsync(project, request.ProjectDefaultsJson, request.Regenerate, request.Reprocess, request.DryRun, context));
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
            Again(change, info.UserSpecJson, json, spec, request.Reprocess);
        });
        return new Empty();
    }

    private async Task<IEnumerable<Pipeline>> SetDefaultsAsync(
        string? project, string json, bool regenerate, bool reprocess, bool dryRun, ServerCallContext context)
    {
        pachd.Check(tx => Defaults.Check(tx, project, json));
        List<CreatePipelineTransaction> affected = [];
        await ChangeOrTryAsync(dryRun, context, change =>
        {
            Defaults.Set(change, project, json);
            if (regenerate)
                affected = Hiding("could not list pipelines", () => Defaults.Affected(change.Tx, change.Caller, project));
            if (dryRun)
                return;
            foreach (CreatePipelineTransaction pipeline in affected)
            {
                Hiding(
                    $"could not write {(project is null ? "cluster" : "project")} defaults",
                    () => Again(change, pipeline.UserJson, pipeline.EffectiveJson, pipeline.CreatePipelineRequest, reprocess));
            }
        });
        return affected.Select(pipeline =>
        {
            EnsureProject(pipeline.CreatePipelineRequest.Pipeline);
            return pipeline.CreatePipelineRequest.Pipeline;
        });
    }

    // A new version, of the same user's spec.
    private bool Again(Change change, string userJson, string json, CreatePipelineRequest spec, bool reprocess)
    {
        spec.Update = true;
        spec.Reprocess = reprocess;
        if (string.IsNullOrEmpty(spec.Pipeline.Project?.Name))
        {
            // The real server forgets here that an unnamed project is the default one.
            throw new PachException(
                $"pipeline was not inspected: couldn't find up to date spec for pipeline \"{spec.Pipeline.Name}\": pick commit tx: "
                + "picking commit: picking branch: picking repo: project picker cannot be nil");
        }

        pipelines.Create(change, spec, userJson, json);
        return true;
    }

    // The real server puts the reason into the details of the status, where few clients look.
    private static T Hiding<T>(string what, Func<T> body)
    {
        try
        {
            return body();
        }
        catch (PachException)
        {
            throw new PachException(what);
        }
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
