using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Spouts.Local.Children;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Doors;
using Spouts.Local.Pods;
using Spouts.Local.Services;
using Spouts.Local.Store;

namespace Spouts.Local.Cli;

/// <summary>
/// The life of the process: take the store, take up what was left, open the doors, say where, and run until killed.
/// Crash-only: there is no orderly stop, because everything acknowledged is durable at any instant.
/// </summary>
internal static class LocalProcess
{
    public static async Task<int> RunAsync(StartOptions options)
    {
        try
        {
            using StoreLock storeLock = StoreLock.Take(options.State);
            return await ServeAsync(options, storeLock);
        }
        catch (StoreInUseException e)
        {
            if (!options.MayBeInUse)
                await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.StoreInUse;
        }
        catch (NewerStoreException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.NewerStore;
        }
        catch (InvalidDataException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadSettings;
        }
        catch (Exception e) when (DiskFailure.IsCause(e) || e is UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{options.State} cannot be served: {e.Message.TrimEnd('.')}. Give it room or the right to write, and start again.");
            return ExitCodes.BadDisk;
        }
    }

    private static async Task<int> ServeAsync(StartOptions options, StoreLock storeLock)
    {
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit(0));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(0));
        using Pachd pachd = new(options.State, TimeProvider.System);
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(options.LogLevel)
            .AddSimpleConsole(console => console.SingleLine = true)
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
                console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        pachd.Finisher.Log = logs.CreateLogger<Finisher>();
        pachd.Merges.Log = logs.CreateLogger<LargeMerges>();
        pachd.CronTriggers.Log = logs.CreateLogger<CronTriggers>();
        await pachd.ChangeAsync(
            false,
            change =>
            {
                Identity.Ensure(change);
                Garbage.DeleteUnsealed(change.Tx);
                PipelineStore.ForgetCrashes(change.Tx);
                return true;
            },
            CancellationToken.None);
        pachd.Finisher.ShortestFinish = TimeSpan.FromMilliseconds(10);
        pachd.Finisher.Resume();
        Garbage garbage = new(pachd, options.CollectEvery, logs.CreateLogger<Garbage>());
        _ = garbage.RunAsync();

        if (options.Port is { } asked && !DoorHost.IsFree(options.Listen, asked))
        {
            await Console.Error.WriteLineAsync($"Port {asked} is taken: choose another --port, or leave it out.");
            return ExitCodes.PortTaken;
        }

        if (!IPAddress.IsLoopback(options.Listen) && !pachd.Read(AuthState.IsActive))
        {
            await Console.Error.WriteLineAsync(
                $"--listen {options.Listen} opens the store to the network, and auth is off in it: start it without --listen, "
                + "turn auth on (pachctl auth activate), and start it again.");
            return ExitCodes.NeedsAuth;
        }

        PipelineEvents events = new();
        KubernetesObjects objects = new(PodSettings.Read(options.State));
        WorkerConfigs configs = new(pachd, events, logs.CreateLogger<WorkerConfigs>());
        WorkerVariables variables = new(pachd, objects, configs);
        WorkerLogs workerLogs = new(pachd);
        DoorHost host = new(pachd, events, objects, variables, workerLogs, options.LogLevel)
        {
            Listen = options.Listen, WideSidecars = options.WideSidecars,
        };
        using SidecarDoors sidecars = new(pachd, host, configs, events, logs.CreateLogger<SidecarDoors>());
        WorkerDesk desk = new(pachd, sidecars.PortOfAsync, configs, events);
        host.Desk = desk;
        await sidecars.ReconcileAsync();
        if (options.SidecarPort is { } sidecarPort)
            await host.OpenAsync(sidecar: true, sidecarPort);
        (WebApplication cluster, Door door) = await host.OpenAsync(sidecar: false, options.Port ?? LastPort(pachd, options.Listen));
        await pachd.ChangeAsync(false, change => change.Tx.Execute(
            "INSERT INTO setting (name, value) VALUES ('port', @port) ON CONFLICT (name) DO UPDATE SET value = @port",
            new { port = door.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) }), CancellationToken.None);
        IPAddress here = options.Listen.Equals(IPAddress.Any) ? IPAddress.Loopback
            : options.Listen.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : options.Listen;
        string address = new IPEndPoint(here, door.Port).ToString();
        storeLock.Announce(address);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new { address, pid = Environment.ProcessId }));
        await Console.Out.FlushAsync();
        if (options.RunsWorkers)
            new Supervisor(pachd, desk, variables, new Images(options.Images), workerLogs, logs.CreateLogger<Supervisor>()).Start(events);
        if (options.UntilStdinCloses)
            await WaitForParentAsync();
        else
            await Task.Delay(Timeout.Infinite);
        await cluster.DisposeAsync();
        return 0;
    }

    private static int LastPort(Pachd pachd, IPAddress listen)
        => int.TryParse(pachd.Read(tx => tx.Find<string>("SELECT value FROM setting WHERE name = 'port'")), out int port) && DoorHost.IsFree(listen, port)
            ? port
            : 0;

    private static async Task WaitForParentAsync()
    {
        byte[] ignored = new byte[256];
        await using Stream stdin = Console.OpenStandardInput();
        while (await stdin.ReadAsync(ignored) > 0)
        {
            // Nothing is expected on stdin; only its end means something.
        }

        Environment.Exit(0);
    }
}
