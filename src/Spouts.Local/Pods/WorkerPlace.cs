using Spouts.Local.Core.Pipelines;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Pods;

/// <summary>A worker's hold on its pipeline, for as long as the pods would live: until a stop, an update, a new token or the end.</summary>
/// <param name="row">The pipeline as it stood when the place was taken.</param>
/// <param name="info">Its version at that moment.</param>
/// <param name="port">The port of its sidecar door.</param>
/// <param name="yields">The place of a child process, which makes room for a program that attaches.</param>
/// <param name="leave">Gives the place back.</param>
internal sealed class WorkerPlace(PipelineRow row, PipelineInfo info, int port, bool yields, Action<WorkerPlace> leave) : IDisposable
{
    private readonly CancellationTokenSource _dismissed = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PipelineRow Row { get; } = row;

    public PipelineInfo Info { get; } = info;

    public int Port { get; } = port;

    public bool Yields { get; } = yields;

    public (string Project, string Name) Key => (Row.Project, Row.Name);

    /// <summary>Cancelled when the worker has to go.</summary>
    public CancellationToken Dismissed => _dismissed.Token;

    /// <summary>Completes when the worker is gone.</summary>
    public Task Left => _left.Task;

    /// <summary>Whether the pods of then would be the pods of now.</summary>
    public bool Stands(PipelineRow? now, PipelineInfo? nowInfo)
        => now is { Stopped: false } && nowInfo is not null
            && (now.Id, now.Version, now.AuthToken) == (Row.Id, Row.Version, Row.AuthToken)
            && Equals(nowInfo.Details.WorkersStartedAt, Info.Details.WorkersStartedAt);

    // Not here and now: whoever dismisses may hold a lock, and must not run what follows from it.
    public void Dismiss() => _ = _dismissed.CancelAsync();

    public void Dispose()
    {
        _left.TrySetResult();
        leave(this);
    }
}
