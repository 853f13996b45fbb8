using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Spouts.Pachyderm;

/// <summary>
/// Watches a call that has no deadline. A write or read of it that is pending is logged every 30 seconds, and once it has been pending for
/// the limit, the call is cancelled. Between two of them time does not count: an upload may wait for its source for as long as that takes.
/// </summary>
/// <remarks>One operation at a time. Nothing is allocated for it, whether it completes at once or later.</remarks>
internal sealed partial class StallWatch : IDisposable
{
    /// <summary>How long a single write or read of a stream may be pending.</summary>
    public static readonly TimeSpan StreamLimit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    // The timer is not set anew for every message: what is pending is as old as the ticks that it has seen.
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(5);

    private readonly string _what;
    private readonly TimeSpan? _limit;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _call;
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private string? _pending;
    private int _ticks;
    private bool _isTicking;
    private bool _hasStalled;
    private bool _isDisposed;

    /// <param name="what">What the call does, as in "Pachyderm did not (open a commit on default/clicks@master)".</param>
    /// <param name="limit">After how long without progress the call is cancelled; null where it is only logged.</param>
    /// <param name="time">The time.</param>
    /// <param name="logger">Where it is logged.</param>
    /// <param name="cancellationToken">The caller's own cancellation.</param>
    public StallWatch(string what, TimeSpan? limit, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        _what = what;
        _limit = limit;
        _time = time;
        _logger = logger;
        _call = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _call.Token;
    }

    /// <summary>The cancellation to make the call with.</summary>
    public CancellationToken Token { get; }

    /// <summary>Waits for an operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="lack">What the server has not done while it is pending, as in "it has (sent no data) for 30 s".</param>
    public ValueTask WatchAsync(Task operation, string lack) => operation.IsCompleted ? new(operation) : PendingAsync(operation, lack);

    /// <inheritdoc cref="WatchAsync(Task, string)"/>
    public ValueTask<T> WatchAsync<T>(Task<T> operation, string lack) => operation.IsCompleted ? new(operation) : PendingAsync(operation, lack);

    /// <summary>The exception to throw for a failed operation of the call.</summary>
    /// <param name="error">What gRPC threw.</param>
    /// <param name="cancellationToken">The caller's own cancellation.</param>
    public Exception Translate(RpcException error, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return !_hasStalled || cancellationToken.IsCancellationRequested
                ? OutputRepo.Translate(error, _what, cancellationToken)
                : new PachydermException(
                    PachydermErrorKind.Unreachable,
                    $"Pachyderm did not {_what}: it has {_pending} for {_limit!.Value.TotalMinutes:0} minutes, and the call was cancelled. "
                    + "Check whether pachd is overloaded, or waiting for its database or its object storage.",
                    error);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
            _call.Dispose();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PendingAsync(Task operation, string lack)
    {
        Begin(lack);
        try
        {
            await operation.ConfigureAwait(false);
        }
        finally
        {
            End();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T> PendingAsync<T>(Task<T> operation, string lack)
    {
        Begin(lack);
        try
        {
            return await operation.ConfigureAwait(false);
        }
        finally
        {
            End();
        }
    }

    private void Begin(string lack)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _pending = lack;
            _ticks = 0;
            if (_isTicking)
                return;
            _isTicking = true;
            _timer ??= _time.CreateTimer(static watch => ((StallWatch)watch!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(Resolution, Resolution);
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (!_hasStalled)
                _pending = null;
        }
    }

    // Ticks are counted instead of compared with the clock: a process that was stopped itself does not blame the server.
    private void Tick()
    {
        lock (_gate)
        {
            if (_isDisposed || _hasStalled)
                return;
            if (_pending is null)
            {
                _isTicking = false;
                _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            TimeSpan waited = ++_ticks * Resolution;
            if (waited >= _limit)
            {
                _hasStalled = true;
                _ = _call.CancelAsync();
            }
            else if (waited.Ticks % Period.Ticks == 0)
            {
                LogPending(_what, _pending, (int)waited.TotalSeconds);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Pachyderm was asked to {What} and has {Lack} for {Seconds} s.")]
    private partial void LogPending(string what, string lack, int seconds);
}
