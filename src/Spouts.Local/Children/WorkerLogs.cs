using System.Collections.Concurrent;
using Spouts.Local.Core;
using Spouts.Local.Pods;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Children;

/// <summary>The logs of the workers that are running here.</summary>
internal sealed class WorkerLogs(Pachd pachd)
{
    private const long FileSize = 8 * 1024 * 1024;
    private readonly ConcurrentDictionary<(string Project, string Name, ulong Version), WorkerLog> _open = [];

    /// <summary>The log of a version's workers; null: it has none, as a cluster has none without a pod.</summary>
    public WorkerLog? Find(PipelineInfo info) => _open.GetValueOrDefault(KeyOf(info));

    /// <summary>Begins the log of a worker that has taken its place.</summary>
    public WorkerLog Open(WorkerPlace place)
    {
        WorkerLog log = new(Path.Combine(pachd.Directory, "workers", place.Row.Project, place.Row.Name, "log"), FileSize);
        _open[KeyOf(place.Info)] = log;
        return log;
    }

    public void Close(WorkerPlace place)
    {
        if (_open.TryRemove(KeyOf(place.Info), out WorkerLog? log))
            log.Dispose();
    }

    private static (string, string, ulong) KeyOf(PipelineInfo info) => (info.Pipeline.Project.Name, info.Pipeline.Name, info.Version);
}
