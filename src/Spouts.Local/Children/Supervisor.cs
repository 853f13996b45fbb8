using Microsoft.Extensions.Logging;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Pods;

namespace Spouts.Local.Children;

/// <summary>
/// Sees to it that every spout that should run has a worker: whenever a pipeline changes, or the place of its worker comes
/// free, a child process is offered the place. Whether it gets it is the desk's to say.
/// </summary>
internal sealed partial class Supervisor(
    Pachd pachd, WorkerDesk desk, WorkerVariables variables, Images images, WorkerLogs logs, ILogger<Supervisor> log)
{
    public void Start(PipelineEvents events)
    {
        events.Changed += Offer;
        desk.Vacated += Offer;
        foreach (PipelineRow row in pachd.Read(tx => tx.Pipelines()))
            Offer(row.Project, row.Name);
    }

    private void Offer(string project, string pipeline) => _ = Task.Run(() => WorkAsync(project, pipeline));

    private async Task WorkAsync(string project, string pipeline)
    {
        try
        {
            using WorkerPlace? place = await desk.TakeForChildAsync(project, pipeline);
            if (place is not null)
                await WorkAsync(place);
        }
        catch (Exception e)
        {
            Failed(log, project, pipeline, e);
        }
    }

    private async Task WorkAsync(WorkerPlace place)
    {
        try
        {
            await new Worker(pachd, variables, images, place, logs.Open(place)).RunAsync();
        }
        catch (OperationCanceledException) when (place.Dismissed.IsCancellationRequested)
        {
            // Its time is over.
        }
        catch (Exception e)
        {
            // The place stays taken: another attempt now would fail as this one did.
            Failed(log, place.Row.Project, place.Row.Name, e);
            await Task.Delay(Timeout.InfiniteTimeSpan, place.Dismissed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            logs.Close(place);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker of {Project}/{Pipeline} cannot be kept running.")]
    private static partial void Failed(ILogger log, string project, string pipeline, Exception exception);
}
