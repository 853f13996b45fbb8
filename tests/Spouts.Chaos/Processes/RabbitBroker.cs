using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Spouts.Chaos.Processes;

/// <summary>A RabbitMQ of one's own: on free ports, in a folder of its own, and gone with whoever started it.</summary>
internal sealed class RabbitBroker : IDisposable
{
    public const string HowToInstall = "RabbitMQ is not installed: apt-get install rabbitmq-server";

    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string Ready = "Server startup complete";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spouts-broker-");
    private readonly int _names = FreePort();
    private readonly int _port = FreePort();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SpoutLog _log = new();
    private readonly Process _registry;
    private readonly Process _broker;

    private RabbitBroker()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "rabbitmq.conf"), $"listeners.tcp.1 = 127.0.0.1:{_port}\n");

        // Erlang would start the registry of its nodes as a daemon, and leave it behind.
        _registry = Process.Start("epmd", ["-port", _names.ToString(CultureInfo.InvariantCulture), "-address", "127.0.0.1"]);
        _broker = Process.Start(Info())!;
        _broker.OutputDataReceived += Keep;
        _broker.ErrorDataReceived += Keep;
        _broker.BeginOutputReadLine();
        _broker.BeginErrorReadLine();
    }

    public static bool IsInstalled => File.Exists(Program);

    public Uri Address => new($"amqp://guest:guest@127.0.0.1:{_port}");

    public static async Task<RabbitBroker> StartAsync(CancellationToken cancellation)
    {
        RabbitBroker broker = new();
        try
        {
            await broker._ready.Task.WaitAsync(Patience, cancellation);
            return broker;
        }
        catch (TimeoutException late)
        {
            broker.Dispose();
            throw new TimeoutException($"RabbitMQ was not ready within {Patience}. Its last lines:\n{broker._log}", late);
        }
    }

    public void Dispose()
    {
        foreach (Process process in (Process[])[_broker, _registry])
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private ProcessStartInfo Info()
    {
        string folder = _folder.FullName;
        return new(Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["HOME"] = folder,
                ["ERL_EPMD_PORT"] = _names.ToString(CultureInfo.InvariantCulture),
                ["RABBITMQ_NODENAME"] = "chaos@localhost",
                ["RABBITMQ_DIST_PORT"] = FreePort().ToString(CultureInfo.InvariantCulture),
                ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
                ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
                ["RABBITMQ_LOGS"] = "-",
                ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq.conf"),
                ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "none"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "plugins"),
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-start_epmd false +S 1:1 +sbwt none",
            },
        };
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        _log.Add(line.Data);
        if (line.Data.Contains(Ready, StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
