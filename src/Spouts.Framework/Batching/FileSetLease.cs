using Microsoft.Extensions.Logging;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>
/// A staged file set, kept alive until its batch is durable or given up: Pachyderm throws a set away ten minutes after it was
/// made or last renewed.
/// </summary>
internal sealed partial class FileSetLease : IAsyncDisposable
{
    /// <summary>How long a file set lives unless it is renewed.</summary>
    public static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(3);

    private readonly OutputRepo _repo;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _renewing;
    private volatile bool _isGone;

    public FileSetLease(OutputRepo repo, string fileSet, TimeProvider time, ILogger logger)
    {
        _repo = repo;
        _logger = logger;
        Id = fileSet;
        _renewing = RenewAsync(time);
    }

    /// <summary>The file set's id.</summary>
    public string Id { get; }

    /// <summary>Whether the server has said that it no longer has the file set, so that it can only be staged again.</summary>
    public bool IsGone => _isGone;

    /// <summary>Renews the file set now: after a pause of the process it may have expired since.</summary>
    /// <returns>Whether the server still has it.</returns>
    /// <exception cref="PachydermException">The server could not be asked.</exception>
    public async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        if (_isGone)
            return false;
        try
        {
            await _repo.RenewAsync(Id, Ttl, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PachydermException gone) when (gone.Kind is PachydermErrorKind.NotFound or PachydermErrorKind.FileSetGone)
        {
            _isGone = true;
            LogGone(_logger, gone.Message);
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task RenewAsync(TimeProvider time)
    {
        using PeriodicTimer timer = new(Period, time);
        try
        {
            while (!_isGone && await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                try
                {
                    await RenewAsync(_end.Token).ConfigureAwait(false);
                }
                catch (PachydermException failed)
                {
                    // Not the end: the next tick comes long before the set expires, and if it did, that one finds out.
                    LogNotRenewed(_logger, failed.Message);
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The batch needs the set no longer.
        }
    }

    [LoggerMessage(LogLevel.Warning, "A staged file set could not be renewed and is tried again: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "A staged file set has expired, and its batch has to be staged again: {Reason}")]
    private static partial void LogGone(ILogger logger, string reason);
}
