namespace Spouts.Local.Pods;

/// <summary>A worker's hold on its pipeline.</summary>
/// <param name="environment">The variables of the worker.</param>
/// <param name="leave">Gives the place back.</param>
/// <param name="dismissed">Cancelled when the pipeline is stopped, updated or deleted.</param>
internal sealed class WorkerPlace(IReadOnlyDictionary<string, string> environment, Action leave, CancellationToken dismissed) : IDisposable
{
    public CancellationToken Dismissed { get; } = dismissed;

    public IReadOnlyDictionary<string, string> Environment { get; } = environment;

    public void Dispose() => leave();
}
