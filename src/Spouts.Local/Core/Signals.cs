namespace Spouts.Local.Core;

/// <summary>
/// Wakes those who wait for something in a repo. A waiter takes <see cref="Next"/> before it looks, so that a change
/// between the look and the wait is not missed.
/// </summary>
internal sealed class Signals
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, TaskCompletionSource> _waiting = [];

    /// <summary>Completes at the next change in the repo.</summary>
    public Task Next(long repo)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(repo, out TaskCompletionSource? source))
                _waiting[repo] = source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return source.Task;
        }
    }

    public void Raise(long repo)
    {
        TaskCompletionSource? source;
        lock (_lock)
            _waiting.Remove(repo, out source);
        source?.SetResult();
    }
}
