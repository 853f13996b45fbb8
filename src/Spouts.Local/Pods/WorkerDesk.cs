using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Pods;

/// <summary>
/// Who is the worker of which pipeline: at most one at a time, until the pipeline is stopped, updated or deleted. A worker
/// that the local pachd starts itself, as a child process, will take its place here like one that attaches.
/// </summary>
internal sealed class WorkerDesk
{
    private readonly Pachd _pachd;
    private readonly Func<long, Task<int>> _portOf;
    private readonly WorkerConfigs _configs;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Project, string Pipeline), CancellationTokenSource> _places = [];

    /// <param name="portOf">The port of a pipeline's sidecar door.</param>
    public WorkerDesk(Pachd pachd, Func<long, Task<int>> portOf, WorkerConfigs configs, PipelineEvents events)
    {
        _pachd = pachd;
        _portOf = portOf;
        _configs = configs;
        events.Changed += Dismiss;
    }

    /// <summary>Takes the place of a pipeline's worker and holds it until it is disposed of.</summary>
    public async Task<WorkerPlace> TakeAsync(string project, string pipeline)
    {
        (PipelineRow row, PipelineInfo info) = _pachd.Read(tx =>
        {
            PipelineRow found = PipelineLookup.Get(tx, new Pipeline { Project = new() { Name = project }, Name = pipeline });
            return (found, PipelineStore.Current(tx, found));
        });
        if (info.Details.Spout is null)
            throw new PachException(ErrorKind.FailedPrecondition, $"pipeline {row} is not a spout: it has no worker to attach as");
        if (row.Stopped)
            throw new PachException(ErrorKind.FailedPrecondition, $"pipeline {row} is stopped: start it before attaching");
        int port = await _portOf(row.Id);
        _configs.Refresh(project, pipeline);
        Dictionary<string, string> environment = Environment(row, info, port);
        CancellationTokenSource dismissed = new();
        lock (_lock)
        {
            if (!_places.TryAdd((project, pipeline), dismissed))
            {
                dismissed.Dispose();
                throw new PachException(
                    ErrorKind.FailedPrecondition, $"pipeline {row} already has a worker: end that program first, or wait until it is gone");
            }
        }

        // A change between the look and the taking has found nobody to dismiss.
        PipelineRow? now = _pachd.Read(tx => tx.Pipeline(project, pipeline));
        if (now is null || now.Stopped || now.Id != row.Id || now.Version != row.Version)
        {
            Leave((project, pipeline), dismissed);
            return await TakeAsync(project, pipeline);
        }

        return new WorkerPlace(environment, () => Leave((project, pipeline), dismissed), dismissed.Token);
    }

    private void Dismiss(string project, string pipeline)
    {
        lock (_lock)
        {
            if (_places.TryGetValue((project, pipeline), out CancellationTokenSource? place))
                place.Cancel();
        }
    }

    private void Leave((string, string) key, CancellationTokenSource place)
    {
        lock (_lock)
        {
            _places.Remove(key);
            place.Dispose();
        }
    }

    // The order matters: Pachyderm's own variables come last and so win over a spec's.
    private Dictionary<string, string> Environment(PipelineRow row, PipelineInfo info, int port)
    {
        Dictionary<string, string> variables = [];
        foreach ((string name, string value) in info.Details.Transform.Env)
            variables[name] = value;
        foreach ((string name, string value) in _pachd.Read(tx => Secrets.Variables(tx, info)))
            variables[name] = value;
        string kubernetes = SpecRules.KubernetesName(row.Project, row.Name, row.Version);
        variables["PACH_IN_WORKER"] = "true";
        variables["PPS_PROJECT_NAME"] = row.Project;
        variables["PPS_PIPELINE_NAME"] = row.Name;
        variables["PPS_SPEC_COMMIT"] = info.SpecCommit.Id;
        variables["PEER_PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        variables["PPS_WORKER_IP"] = "127.0.0.1";
        variables["PPS_POD_NAME"] = $"{kubernetes}-local";
        variables["PACH_CONFIG"] = _configs.PathOf(row.Project, row.Name);
        variables["PACHYDERM_LOG_LEVEL"] = "info";
        return variables;
    }
}
