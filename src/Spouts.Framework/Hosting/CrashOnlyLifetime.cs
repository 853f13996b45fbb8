using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Spouts.Hosting;

/// <summary>
/// Ends the process at once on Ctrl+C or SIGTERM. A worker is killed without a signal anyway, so nothing may rely on an orderly
/// end, and a developer should see what production does.
/// </summary>
internal sealed class CrashOnlyLifetime : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT])
            _signals.Add(PosixSignalRegistration.Create(signal, static _ => Environment.Exit(ExitCodes.Interrupted)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(static signal => signal.Dispose());
}
