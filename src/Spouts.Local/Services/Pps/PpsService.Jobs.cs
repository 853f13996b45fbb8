using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Pipelines;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Services;

/// <content>Jobs, of which spouts have none, and logs, which the local pachd does not keep yet.</content>
internal sealed partial class PpsService
{
    public override Task<JobInfo> InspectJob(InspectJobRequest request, ServerCallContext context) => throw NoJob(request.Job);

    public override Task<Empty> StopJob(StopJobRequest request, ServerCallContext context) => throw NoJob(request.Job);

    public override Task<Empty> DeleteJob(DeleteJobRequest request, ServerCallContext context) => throw NoJob(request.Job);

    public override Task<Empty> RestartDatum(RestartDatumRequest request, ServerCallContext context) => throw NoJob(request.Job);

    public override Task<DatumInfo> InspectDatum(InspectDatumRequest request, ServerCallContext context) => throw NoJob(request.Datum?.Job);

    public override Task ListDatum(ListDatumRequest request, IServerStreamWriter<DatumInfo> responseStream, ServerCallContext context)
        => throw NoJob(request.Job);

    public override Task ListJob(ListJobRequest request, IServerStreamWriter<JobInfo> responseStream, ServerCallContext context)
    {
        if (request.Pipeline is { } pipeline)
        {
            EnsureProject(pipeline);
            pachd.Check(tx => PipelineAccess.Require(tx, context.Caller(), pipeline, Permission.PipelineListJob));
            if (pachd.Read(tx => tx.Pipeline(pipeline.Project.Name, pipeline.Name)) is null)
                throw new PachException(ErrorKind.NotFound, $"pipeline \"{pipeline.Project.Name}/{pipeline.Name}\" not found");
        }

        return Task.CompletedTask;
    }

    public override Task InspectJobSet(InspectJobSetRequest request, IServerStreamWriter<JobInfo> responseStream, ServerCallContext context)
        => request.JobSet is null ? throw Requests.Missing(nameof(InspectJobSetRequest), "JobSet", stream: true) : Task.CompletedTask;

    public override Task ListJobSet(ListJobSetRequest request, IServerStreamWriter<JobSetInfo> responseStream, ServerCallContext context)
        => Task.CompletedTask;

    public override Task<Empty> RunPipeline(RunPipelineRequest request, ServerCallContext context) => throw new PachException("unimplemented");

    public override Task<Empty> RunCron(RunCronRequest request, ServerCallContext context)
    {
        Named(request.Pipeline, nameof(RunCronRequest));
        PipelineInfo info = pachd.Read(tx => PipelineLookup.Inspect(tx, request.Pipeline));
        throw Inputs.All(info.Details.Input).Any(input => input.Cron is not null)
            ? new PachException(ErrorKind.Unimplemented, "the local pachd runs no cron inputs")
            : new PachException("pipeline doesn't have a cron input");
    }

    public override Task GetLogs(GetLogsRequest request, IServerStreamWriter<LogMessage> responseStream, ServerCallContext context)
    {
        if (request.UseLokiBackend)
            throw new PachException("no loki");
        if (request.Job is { } job)
            throw new PachException(ErrorKind.NotFound, $"could not get job information for \"{job.Id}\": {NoJob(job).Message}");
        if (request.Pipeline is not { } pipeline)
            throw new PachException(ErrorKind.Unimplemented, "the local pachd has no logs of its own to stream: they are on its stderr");
        EnsureProject(pipeline);
        PipelineInfo info = PachException.Within(
            $"could not get pipeline information for {pipeline.Project.Name}/{pipeline.Name}",
            () => pachd.Read(tx => PipelineLookup.Inspect(tx, pipeline)));
        pachd.Check(tx =>
        {
            PipelineAccess.RequireInputs(tx, context.Caller(), info);
            PipelineAccess.Require(tx, context.Caller(), pipeline, Permission.RepoRead);
        });
        string controller = SpecRules.KubernetesName(pipeline.Project.Name, pipeline.Name, (long)info.Version);
        throw new PachException($"no pods belonging to the rc \"{controller}\" were found");
    }

    private static PachException NoJob(Job? job)
    {
        if (job is null)
            return new PachException("must specify a job");
        if (job.Pipeline is not null)
            EnsureProject(job.Pipeline);
        return new PachException(ErrorKind.NotFound, $"jobs {job.Pipeline?.Project.Name}/{job.Pipeline?.Name}@{job.Id} not found");
    }
}
