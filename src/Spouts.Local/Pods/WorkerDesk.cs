using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Pods;

/// <summary>
/// Who is the worker of which pipeline: at most one at a time, until the pipeline is stopped, updated or deleted. A child
/// process makes room for a program that attaches; a program makes room for nobody.
/// </summary>
internal sealed class WorkerDesk
{
    private readonly Pachd _pachd;
    private readonly Func<long, Task<int>> _portOf;
    private readonly WorkerConfigs _configs;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Project, string Pipeline), WorkerPlace> _places = [];

    /// <param name="portOf">The port of a pipeline's sidecar door.</param>
    public WorkerDesk(Pachd pachd, Func<long, Task<int>> portOf, WorkerConfigs configs, PipelineEvents events)
    {
        _pachd = pachd;
        _portOf = portOf;
        _configs = configs;
        events.Changed += Dismiss;
    }

    /// <summary>The place of a pipeline's worker has come free.</summary>
    public event Action<string, string>? Vacated;

    /// <summary>Gives a program the place of a pipeline's worker, until it is disposed of. A child process ends first.</summary>
    public async Task<WorkerPlace> TakeAsync(string project, string pipeline)
    {
        while (true)
        {
            PipelineInfo info = _pachd.Read(tx => PipelineStore.Current(
                tx, PipelineLookup.Get(tx, new Pipeline { Project = new() { Name = project }, Name = pipeline })));
            if (info.Details.Spout is null)
                throw new PachException(ErrorKind.FailedPrecondition, $"pipeline {project}/{pipeline} is not a spout: it has no worker to attach as");
            if (info.Stopped)
                throw new PachException(ErrorKind.FailedPrecondition, $"pipeline {project}/{pipeline} is stopped: start it before attaching");
            if (await PlaceAsync(project, pipeline, yields: false) is not { } place)
                continue;
            Task before = Seat(place) ?? throw new PachException(
                ErrorKind.FailedPrecondition,
                $"pipeline {project}/{pipeline} already has a worker: end that program first, or wait until it is gone");
            await before;
            if (StillStands(place))
                return place;
        }
    }

    /// <summary>Gives a child process the place of a spout's worker; null: there is nothing to run, or somebody else has it.</summary>
    public async Task<WorkerPlace?> TakeForChildAsync(string project, string pipeline)
    {
        while (true)
        {
            if (await PlaceAsync(project, pipeline, yields: true) is not { } place
                || place.Info.State is not (PipelineState.PipelineRunning or PipelineState.PipelineCrashing)
                || Seat(place) is null)
            {
                return null;
            }

            if (StillStands(place))
                return place;
        }
    }

    // Null: there is no such spout that has pods.
    private async Task<WorkerPlace?> PlaceAsync(string project, string pipeline, bool yields)
    {
        (PipelineRow? row, PipelineInfo? info) = Look(project, pipeline);
        if (row is null || info?.Details.Spout is null || row.Stopped || await PortOfAsync(row) is not { } port)
            return null;
        _configs.Refresh(project, pipeline);
        return new WorkerPlace(row, info, port, yields, Leave);
    }

    private async Task<int?> PortOfAsync(PipelineRow row)
    {
        try
        {
            return await _portOf(row.Id);
        }
        catch (PachException e) when (e.Kind == ErrorKind.NotFound)
        {
            // Deleted since the look.
            return null;
        }
    }

    // Answers what to wait for; null: the place is taken by one that does not make room.
    private Task? Seat(WorkerPlace place)
    {
        lock (_lock)
        {
            if (_places.TryGetValue(place.Key, out WorkerPlace? holder) && (place.Yields || !holder.Yields))
                return null;
            _places[place.Key] = place;
            holder?.Dismiss();
            return holder?.Left ?? Task.CompletedTask;
        }
    }

    // A change between the look and the taking has found nobody to dismiss.
    private bool StillStands(WorkerPlace place)
    {
        (PipelineRow? row, PipelineInfo? info) = Look(place.Row.Project, place.Row.Name);
        if (place.Stands(row, info))
            return true;
        place.Dispose();
        return false;
    }

    private void Dismiss(string project, string pipeline)
    {
        lock (_lock)
        {
            // Looked at here: a look from before the lock could be older than the place that it judges.
            (PipelineRow? row, PipelineInfo? info) = Look(project, pipeline);
            if (_places.TryGetValue((project, pipeline), out WorkerPlace? place) && !place.Stands(row, info))
                place.Dismiss();
        }
    }

    private void Leave(WorkerPlace place)
    {
        lock (_lock)
        {
            if (_places.TryGetValue(place.Key, out WorkerPlace? holder) && holder == place)
                _places.Remove(place.Key);
        }

        Vacated?.Invoke(place.Row.Project, place.Row.Name);
    }

    private (PipelineRow? Row, PipelineInfo? Info) Look(string project, string pipeline) => _pachd.Read(tx =>
    {
        PipelineRow? row = tx.Pipeline(project, pipeline);
        return (row, row is null ? null : PipelineStore.Current(tx, row));
    });
}
