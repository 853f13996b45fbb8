namespace Spouts.Telemetry;

/// <summary>How a source is doing, as of now: what gauges and the health endpoint show.</summary>
internal sealed class SourceStatus(string spout, string source, TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _cursorMoved;
    private DateTimeOffset? _lastSuccess;
    private DateTimeOffset? _nextRun;
    private DateTimeOffset? _waitsUntil;
    private bool _isRunning;

    public string Spout { get; } = spout;

    public string Source { get; } = source;

    /// <summary>How often it failed since it last came to its end or committed something.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether it will never run again.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Until when it waits after a failure; null where it does not.</summary>
    public DateTimeOffset? WaitsUntil
    {
        get
        {
            lock (_lock)
                return _waitsUntil;
        }
    }

    public TimeSpan? CursorAge => Since(_cursorMoved);

    public TimeSpan? SuccessAge => Since(_lastSuccess);

    public TimeSpan? UntilNextRun
    {
        get
        {
            lock (_lock)
            {
                if (_isRunning)
                    return TimeSpan.Zero;
                return IsDone || _nextRun is not { } next ? null : TimeSpan.FromTicks(Math.Max(0, (next - time.GetUtcNow()).Ticks));
            }
        }
    }

    public void Waits(DateTimeOffset? next)
    {
        lock (_lock)
            (_isRunning, _nextRun, _waitsUntil) = (false, next, null);
    }

    public void Runs()
    {
        lock (_lock)
            (_isRunning, _waitsUntil) = (true, null);
    }

    public void Committed()
    {
        lock (_lock)
            (_cursorMoved, Failures) = (time.GetUtcNow(), 0);
    }

    public void Succeeded()
    {
        lock (_lock)
            (_isRunning, _lastSuccess, Failures) = (false, time.GetUtcNow(), 0);
    }

    /// <param name="waitsUntil">When it runs again; null where it does not.</param>
    public void Failed(DateTimeOffset? waitsUntil)
    {
        lock (_lock)
            (_isRunning, Failures, _nextRun, _waitsUntil) = (false, Failures + 1, waitsUntil, waitsUntil);
    }

    public void Done()
    {
        lock (_lock)
            (_isRunning, IsDone) = (false, true);
    }

    private TimeSpan? Since(DateTimeOffset? then)
    {
        lock (_lock)
            return then is { } at ? time.GetUtcNow() - at : null;
    }
}
