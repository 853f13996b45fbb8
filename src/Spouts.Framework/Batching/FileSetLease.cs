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

    private readonly CancellationTokenSource _end = new();
    private readonly Task _renewing;

    public FileSetLease(OutputRepo repo, string fileSet, TimeProvider time, ILogger logger)
    {
        Id = fileSet;
        _renewing = RenewAsync(repo, fileSet, time, logger);
    }

    /// <summary>The file set's id.</summary>
    public string Id { get; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task RenewAsync(OutputRepo repo, string fileSet, TimeProvider time, ILogger logger)
    {
        using PeriodicTimer timer = new(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                try
                {
                    await repo.RenewAsync(fileSet, Ttl, _end.Token).ConfigureAwait(false);
                }
                catch (PachydermException failed)
                {
                    // Not the end: the next tick comes long before the set expires, and if it did, attaching it says so.
                    LogNotRenewed(logger, failed.Message);
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
}
