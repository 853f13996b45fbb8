using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Pods;
using Spouts.Local.Services;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Doors;

/// <summary>
/// One sidecar door per spout pipeline: opened when the pipeline is created, closed when it is deleted, on the same port
/// again after a restart.
/// </summary>
internal sealed partial class SidecarDoors : IDisposable
{
    private readonly Pachd _pachd;
    private readonly DoorHost _host;
    private readonly WorkerConfigs _configs;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<long, (WebApplication App, Door Door)> _open = [];

    public SidecarDoors(Pachd pachd, DoorHost host, WorkerConfigs configs, PipelineEvents events, ILogger log)
    {
        _pachd = pachd;
        _host = host;
        _configs = configs;
        _log = log;
        events.Changed += (_, _) => _ = RunAsync();
    }

    /// <summary>Opens and closes doors until there is one for every spout.</summary>
    public async Task ReconcileAsync()
    {
        await _gate.WaitAsync();
        try
        {
            Dictionary<long, PipelineRow> wanted = _pachd.Read(tx => tx.Pipelines()
                .Where(row => PipelineStore.Current(tx, row).Type == PipelineInfo.Types.PipelineType.Spout)
                .ToDictionary(row => row.Id));
            foreach (long gone in _open.Keys.Except(wanted.Keys).ToList())
            {
                (WebApplication app, _) = _open[gone];
                _open.Remove(gone);
                await CloseAsync(app);
            }

            foreach (PipelineRow row in wanted.Values.Where(row => !_open.ContainsKey(row.Id)))
                await OpenAsync(row);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The port of a spout's door, which is opened now if nobody has come to it yet.</summary>
    public async Task<int> PortOfAsync(long pipeline)
    {
        await ReconcileAsync();
        await _gate.WaitAsync();
        try
        {
            return _open.TryGetValue(pipeline, out (WebApplication App, Door Door) open)
                ? open.Door.Port
                : throw new PachException(ErrorKind.NotFound, "the pipeline was deleted");
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task OpenAsync(PipelineRow row)
    {
        int port = row.DoorPort is { } kept && DoorHost.IsFree(IPAddress.Loopback, kept) ? kept : 0;
        (WebApplication App, Door Door) opened = await _host.OpenAsync(sidecar: true, port);
        if (opened.Door.Port != row.DoorPort)
        {
            try
            {
                await RememberAsync(row, opened.Door.Port);
            }
            catch
            {
                // A door that nobody could find again is not left open: the next reconciliation tries anew.
                await CloseAsync(opened.App);
                throw;
            }
        }

        _open[row.Id] = opened;
        _configs.Refresh(row.Project, row.Name);
    }

    private Task<bool> RememberAsync(PipelineRow row, int port)
        => _pachd.Database.WriteAsync(
            tx =>
            {
                PipelineStore.SetDoorPort(tx, row.Id, port);
                return true;
            },
            CancellationToken.None);

    // Calls under way get no grace: a deleted pipeline's pod gets none either.
    private static async Task CloseAsync(WebApplication app)
    {
        using CancellationTokenSource now = new(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            await ReconcileAsync();
        }
        catch (Exception e)
        {
            Failed(_log, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The sidecar doors could not be brought in line with the pipelines.")]
    private static partial void Failed(ILogger log, Exception exception);
}
