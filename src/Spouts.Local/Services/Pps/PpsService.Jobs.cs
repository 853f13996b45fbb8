using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Jq;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Pachyderm.Protos.Transaction;

namespace Spouts.Local.Services;

/// <content>Jobs, which wait and never run.</content>
internal sealed partial class PpsService
{
    public override async Task<JobInfo> InspectJob(InspectJobRequest request, ServerCallContext context)
    {
        Job job = Named(request.Job, "must specify a job");
        (JobRow row, CommitRow? output) = pachd.Read(tx => Jobs.Get(tx, job) is var found ? (found, Jobs.Output(tx, found)) : default);
        // A job ends by its output's being finished.
        if (request.Wait && row.Finished is null && output is not null)
            await CommitWaits.ForAsync(pachd, output, Core.Metadata.CommitState.Finishing, context.CancellationToken);
        return pachd.Read(tx => Jobs.Inspect(tx, context.Caller(), Jobs.Get(tx, job), request.Details));
    }

    public override async Task<Empty> StopJob(StopJobRequest request, ServerCallContext context)
    {
        Named(request.Job, "Job must be specified");
        await runner.RunAsync(new TransactionRequest { StopJob = request }, context);
        return new Empty();
    }

    public override async Task<Empty> DeleteJob(DeleteJobRequest request, ServerCallContext context)
    {
        Named(request.Job, "job cannot be nil");
        await ChangeAsync(context, change => Jobs.Delete(change, Jobs.Get(change.Tx, request.Job)));
        return new Empty();
    }

    public override async Task ListJob(ListJobRequest request, IServerStreamWriter<JobInfo> responseStream, ServerCallContext context)
    {
        JqFilter? filter = JqFilter.Of(request.JqFilter);
        if (request.Pipeline is { } pipeline)
        {
            EnsureProject(pipeline);
            pachd.Check(tx => PipelineAccess.Require(tx, context.Caller(), pipeline, Permission.PipelineListJob));
            if (pachd.Read(tx => tx.Pipeline(pipeline.Project.Name, pipeline.Name)) is null)
                throw new PachException(ErrorKind.NotFound, $"pipeline \"{pipeline.Project.Name}/{pipeline.Name}\" not found");
        }

        foreach (JobInfo info in pachd.Read(tx => JobList.Of(tx, context.Caller(), request, filter)))
            await responseStream.WriteAsync(info, context.CancellationToken);
    }

    public override async Task InspectJobSet(InspectJobSetRequest request, IServerStreamWriter<JobInfo> responseStream, ServerCallContext context)
    {
        if (request.JobSet is null)
            throw Requests.Missing(nameof(InspectJobSetRequest), "JobSet", stream: true);
        foreach (JobRow row in pachd.Read(tx => Jobs.OfSet(tx, request.JobSet.Id)))
        {
            Job job = new() { Pipeline = new Pipeline { Project = Wire.ToProject(row.Project), Name = row.Pipeline }, Id = row.Id };
            await responseStream.WriteAsync(
                await InspectJob(new InspectJobRequest { Job = job, Wait = request.Wait, Details = request.Details }, context),
                context.CancellationToken);
        }
    }

    public override async Task ListJobSet(ListJobSetRequest request, IServerStreamWriter<JobSetInfo> responseStream, ServerCallContext context)
    {
        JqFilter? filter = JqFilter.Of(request.JqFilter);
        if (request.Number < 0)
            throw new PachException("number must be non-negative");
        foreach (JobSetInfo set in pachd.Read(tx => JobList.Sets(tx, context.Caller(), request, filter)))
            await responseStream.WriteAsync(set, context.CancellationToken);
    }

    // A job that never ran has no datums to tell of.
    public override Task<Empty> RestartDatum(RestartDatumRequest request, ServerCallContext context)
        => throw NoDatums(request.Job);

    public override Task<DatumInfo> InspectDatum(InspectDatumRequest request, ServerCallContext context)
        => throw NoDatums(request.Datum?.Job);

    public override Task ListDatum(ListDatumRequest request, IServerStreamWriter<DatumInfo> responseStream, ServerCallContext context)
        => throw NoDatums(request.Job);

    public override Task<Empty> RunPipeline(RunPipelineRequest request, ServerCallContext context) => throw new PachException("unimplemented");

    public override Task<Empty> RunCron(RunCronRequest request, ServerCallContext context)
    {
        Named(request.Pipeline, nameof(RunCronRequest));
        PipelineInfo info = pachd.Read(tx => PipelineLookup.Inspect(tx, request.Pipeline));
        throw Inputs.All(info.Details.Input).Any(input => input.Cron is not null)
            ? new PachException(ErrorKind.Unimplemented, "the local pachd runs no cron inputs")
            : new PachException("pipeline doesn't have a cron input");
    }

    private PachException NoDatums(Job? job)
    {
        Job named = Named(job, "must specify a job");
        pachd.Check(tx => Jobs.Get(tx, named));
        return new PachException(ErrorKind.Unimplemented, "the local pachd runs no jobs: there are no datums");
    }

    private static Job Named(Job? job, string missing)
    {
        if (job is null)
            throw new PachException(missing);
        if (job.Pipeline is not null)
            EnsureProject(job.Pipeline);
        return job;
    }
}
