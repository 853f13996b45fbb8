using Grpc.Core;
using Microsoft.Extensions.Logging;
using Spouts.Pachyderm;
using Spouts.Publishing;

namespace Spouts.Hosting;

/// <summary>
/// Waits at a worker's start until its sidecar answers, which is started beside it, and refuses what will never work: a port where
/// somebody else listens, and a server that is too old.
/// </summary>
internal sealed partial class Preflight(PachydermChannel sidecar, TimeProvider time, ILogger<Preflight> logger)
{
    // A connection that breaks just then looks the same as one that can never be; not so often in a row.
    private const int MostLasting = 5;

    /// <exception cref="SpoutConfigurationException">The sidecar is none, or too old.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Door door = new(sidecar.Invoker);
        Backoff backoff = new(time);
        for (int attempt = 1, lasting = 0; ; attempt++)
        {
            try
            {
                if (await door.IsRecentAsync(cancellation).ConfigureAwait(false))
                    return;
                throw new SpoutConfigurationException("This is a Pachyderm older than 2.8, which Spouts cannot work with: upgrade it.");
            }
            catch (RpcException failed) when (!cancellation.IsCancellationRequested)
            {
                ConnectionFailure? why = ConnectionFailure.Of(failed);
                PachydermException refused = PachydermErrors.From(failed, $"answer at {sidecar.Address.Authority}");
                if (why is null && refused.Kind is not (PachydermErrorKind.Unreachable or PachydermErrorKind.Unexpected))
                    throw refused;
                lasting = why is { IsLasting: true } ? lasting + 1 : 0;
                if (lasting >= MostLasting)
                    throw new SpoutConfigurationException($"{refused.Message} PEER_PORT must be the port of this worker's sidecar, 1653.", failed);
                LogWaiting(refused.Message);
                await backoff.WaitAsync(attempt, cancellation).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The sidecar is not there yet. {Reason}")]
    private partial void LogWaiting(string reason);
}
