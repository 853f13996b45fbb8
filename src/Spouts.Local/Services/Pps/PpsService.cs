using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Children;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Pachyderm.Protos.Transaction;
using API = Spouts.Pachyderm.Protos.Pps.API;

namespace Spouts.Local.Services;

/// <summary><c>pps_v2.API</c>: pipelines.</summary>
internal sealed partial class PpsService(Pachd pachd, PipelineChanges pipelines, RequestRunner runner, WorkerLogs logs) : API.APIBase
{
    public override async Task<CreatePipelineV2Response> CreatePipelineV2(CreatePipelineV2Request request, ServerCallContext context)
        => new()
        {
            EffectiveCreatePipelineRequestJson = await CreateAsync(
                request.CreatePipelineRequestJson, request.DryRun, request.Update, request.Reprocess, context),
        };

    public override async Task<Empty> CreatePipeline(CreatePipelineRequest request, ServerCallContext context)
    {
        if (request.Pipeline is null)
            throw new PachException("request.Pipeline cannot be nil");
        CheckName(request.Pipeline, nameof(CreatePipelineRequest));
        string json = JsonFormatter.Default.Format(request);
        await CreateAsync(json, request.DryRun, request.Update, request.Reprocess, context);
        return new Empty();
    }

    public override Task<PipelineInfo> InspectPipeline(InspectPipelineRequest request, ServerCallContext context)
    {
        Named(request.Pipeline, nameof(InspectPipelineRequest));
        PipelineInfo info = pachd.Read(tx => PipelineLookup.Inspect(tx, request.Pipeline));
        info.LastJobState = pachd.Read(tx => Jobs.Latest(tx, info.Pipeline, long.MaxValue));
        if (request.Details)
            info.Details.WorkersRequested = (long)info.Parallelism;
        else
            info.Details = null;
        return Task.FromResult(info);
    }

    public override async Task ListPipeline(ListPipelineRequest request, IServerStreamWriter<PipelineInfo> responseStream, ServerCallContext context)
    {
        if (request.Pipeline is not null)
            EnsureProject(request.Pipeline);
        foreach (PipelineInfo info in pachd.Read(tx => PipelineList.Of(tx, context.Caller(), request)))
            await responseStream.WriteAsync(info, context.CancellationToken);
    }

    public override async Task<Empty> StopPipeline(StopPipelineRequest request, ServerCallContext context)
    {
        Named(request.Pipeline, nameof(StopPipelineRequest), "request.Pipeline cannot be nil");
        await ChangeAsync(context, change => pipelines.Stop(change, request.Pipeline, request.MustExist));
        return new Empty();
    }

    public override async Task<Empty> StartPipeline(StartPipelineRequest request, ServerCallContext context)
    {
        Named(request.Pipeline, nameof(StartPipelineRequest), "request.Pipeline cannot be nil");
        await ChangeAsync(context, change => pipelines.Start(change, request.Pipeline));
        return new Empty();
    }

    public override async Task<Empty> DeletePipeline(DeletePipelineRequest request, ServerCallContext context)
    {
        Named(request.Pipeline, nameof(DeletePipelineRequest));
        // The real server, too, means all of no projects by this deprecated field: it deletes nothing.
        if (request.All)
            return new Empty();
        string name = $"{request.Pipeline.Project.Name}/{request.Pipeline.Name}";
        // Two transactions, as in the real server: a refused delete leaves the pipeline stopped.
        await ChangeAsync(context, change => PachException.Within(
            $"error stopping pipeline {name}", () => RunStop(change, request.Pipeline, request.MustExist)));
        await ChangeAsync(context, change => pipelines.Delete(change, [request.Pipeline], request.Force, request.KeepRepo));
        return new Empty();
    }

    public override async Task<DeletePipelinesResponse> DeletePipelines(DeletePipelinesRequest request, ServerCallContext context)
    {
        HashSet<string> projects = [.. request.Projects.Select(project => project.Name)];
        DeletePipelinesResponse response = new();
        response.Pipelines.AddRange(await DeleteAsync(
            row => request.All || projects.Contains(row.Project), request.Force, request.KeepRepo, context));
        return response;
    }

    public override async Task<Empty> DeleteAll(Empty request, ServerCallContext context)
    {
        await DeleteAsync(_ => true, force: true, keepRepo: false, context);
        await ChangeAsync(context, Secrets.DeleteAll);
        return new Empty();
    }

    public override async Task CheckStatus(CheckStatusRequest request, IServerStreamWriter<CheckStatusResponse> responseStream, ServerCallContext context)
    {
        ListPipelineRequest listed = new();
        if (request.Project is { Name.Length: > 0 } project)
            listed.Projects.Add(project);
        foreach (PipelineInfo info in pachd.Read(tx => PipelineList.Of(tx, context.Caller(), listed)))
        {
            if (PipelineList.Alert(info, pachd.Now) is { } alert)
            {
                await responseStream.WriteAsync(
                    new CheckStatusResponse { Project = request.Project, Pipeline = info.Pipeline, Alerts = { alert } }, context.CancellationToken);
            }
        }
    }

    private static void EnsureProject(Pipeline pipeline)
    {
        if (string.IsNullOrEmpty(pipeline.Project?.Name))
            pipeline.Project = Wire.ToProject(Names.DefaultProject);
    }

    private static void Named(Pipeline? pipeline, string request, string? missing = null)
    {
        if (pipeline is null)
            throw missing is null ? Requests.Missing(request, "Pipeline") : new PachException(missing);
        CheckName(pipeline, request);
        EnsureProject(pipeline);
    }

    private static void CheckName(Pipeline pipeline, string request)
    {
        if (pipeline.Name.Length == 0)
        {
            throw new PachException(
                ErrorKind.InvalidArgument,
                $"validate request: invalid {request}.Pipeline: embedded message failed validation | caused by: invalid Pipeline.Name: value length must be at least 1 bytes");
        }
    }

    // Newest first, so that what is downstream goes before what is upstream of it.
    private async Task<List<Pipeline>> DeleteAsync(Func<PipelineRow, bool> isDoomed, bool force, bool keepRepo, ServerCallContext context)
    {
        List<Pipeline> doomed = [.. pachd.Read(tx => tx.Pipelines()).Where(isDoomed).Reverse()
            .Select(row => new Pipeline { Project = Wire.ToProject(row.Project), Name = row.Name })];
        foreach (Pipeline pipeline in doomed)
        {
            await ChangeAsync(context, change => PachException.Within(
                $"stop pipeline \"{pipeline.Project.Name}/{pipeline.Name}\"", () => RunStop(change, pipeline, mustExist: false)));
        }

        await ChangeAsync(context, change => pipelines.Delete(change, doomed, force, keepRepo));
        return doomed;
    }

    private async Task<string> CreateAsync(string userJson, bool dryRun, bool update, bool reprocess, ServerCallContext context)
    {
        (string effective, CreatePipelineRequest spec) = pachd.Read(tx => Specs.Effective(tx, userJson));
        spec.Update = update;
        spec.Reprocess = reprocess;
        if (spec.Pipeline is null)
            throw new PachException("request.Pipeline cannot be nil");
        EnsureProject(spec.Pipeline);
        string answer = JsonFormatter.Default.Format(spec);
        if (dryRun)
            return answer;
        pachd.Check(tx => Secrets.CheckSpec(tx, spec));
        await runner.RunAsync(
            new TransactionRequest
            {
                CreatePipelineV2 = new CreatePipelineTransaction { CreatePipelineRequest = spec, EffectiveJson = effective, UserJson = userJson },
            },
            context);
        return answer;
    }

    private void RunStop(Change change, Pipeline pipeline, bool mustExist)
    {
        pipelines.Stop(change, pipeline, mustExist);
        // The check of the heads is part of the stop and has its prefix.
        Core.Metadata.Propagation.CheckHeads(change);
    }

    private Task<bool> ChangeAsync(ServerCallContext context, Action<Change> body)
        => pachd.ChangeAsync(
            context.Caller(),
            change =>
            {
                body(change);
                return true;
            },
            context.CancellationToken);
}
