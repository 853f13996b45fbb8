namespace Spouts.Local.Core;

/// <summary>
/// Wakes those who wait for a repo or for a commit. A waiter takes <see cref="Next"/> before it looks, so that a change
/// between the look and the wait is not missed.
/// </summary>
internal sealed class Signals
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, TaskCompletionSource> _waiting = [];

    /// <summary>Completes at the next change.</summary>
    public Task Next(long key)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(key, out TaskCompletionSource? source))
                _waiting[key] = source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return source.Task;
        }
    }

    public void Raise(long key)
    {
        TaskCompletionSource? source;
        lock (_lock)
            _waiting.Remove(key, out source);
        source?.SetResult();
    }
}
