using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Children;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Services;

/// <content>What workers say.</content>
internal sealed partial class PpsService
{
    private static readonly TimeSpan s_defaultSince = TimeSpan.FromDays(1);
    private static readonly JsonParser s_lines = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public override async Task GetLogs(GetLogsRequest request, IServerStreamWriter<LogMessage> responseStream, ServerCallContext context)
    {
        if (request.UseLokiBackend)
            throw new PachException("no loki");
        if (request.Job is { } job)
        {
            pachd.Check(tx => PachException.Within($"could not get job information for \"{job.Id}\"", () => Jobs.Get(tx, Named(job, "must specify a job"))));
            throw new PachException(ErrorKind.Unimplemented, "the local pachd runs no jobs: there are no logs of one");
        }

        if (request.Pipeline is null && (request.Datum is not null || request.DataFilters.Count > 0))
            throw new PachException("must specify the Job or Pipeline that the datum is from to get logs for it");
        if (request.Pipeline is not { } pipeline)
            throw new PachException(ErrorKind.Unimplemented, "the local pachd has no logs of its own to stream: they are on its stderr");
        PipelineInfo info = Logged(pipeline, context.Caller());
        WorkerLog log = logs.Find(info) ?? throw new PachException(
            $"no pods belonging to the rc \"{SpecRules.KubernetesName(pipeline.Project.Name, pipeline.Name, (long)info.Version)}\" were found");
        Timestamp since = Since(request, info);
        await foreach (string line in log.ReadAsync(request.Follow, request.Tail, context.CancellationToken))
        {
            LogMessage message = s_lines.Parse<LogMessage>(line);
            if (message.Ts >= since && IsAsked(request, message))
                await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }

    private PipelineInfo Logged(Pipeline pipeline, Caller caller)
    {
        EnsureProject(pipeline);
        PipelineInfo info = PachException.Within(
            $"could not get pipeline information for {pipeline.Project.Name}/{pipeline.Name}",
            () => pachd.Read(tx => PipelineLookup.Inspect(tx, pipeline)));
        pachd.Check(tx =>
        {
            PipelineAccess.RequireInputs(tx, caller, info);
            PipelineAccess.Require(tx, caller, pipeline, Permission.RepoRead);
        });
        return info;
    }

    // The lines of earlier pods have gone with them.
    private Timestamp Since(GetLogsRequest request, PipelineInfo info)
    {
        TimeSpan since = request.Since?.ToTimeSpan() is { Ticks: > 0 } asked ? asked : s_defaultSince;
        Timestamp from = Timestamp.FromDateTimeOffset(pachd.Time.GetUtcNow() - since);
        return info.Details.WorkersStartedAt is { } started && started > from ? started : from;
    }

    // A real server marks all that a spout says as its master's and hides it from those who do not ask for the master; what
    // the program itself says is shown to everybody here. No line of a spout belongs to a datum.
    private static bool IsAsked(GetLogsRequest request, LogMessage message)
        => request.Datum is null && request.DataFilters.Count == 0 && (request.Master || message.User);
}
