using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Spouts.Conformance;

/// <summary>A local pachd of its own, as a process, on a store that goes with it.</summary>
public sealed class LocalServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _state;

    private LocalServer(Process process, DirectoryInfo state, string cluster, string sidecar)
    {
        _process = process;
        _state = state;
        Cluster = cluster;
        Sidecar = sidecar;
    }

    /// <summary>The directory of its store.</summary>
    public string State => _state.FullName;

    public string Cluster { get; }

    public string Sidecar { get; }

    public static async Task<LocalServer> StartAsync()
    {
        DirectoryInfo state = Directory.CreateTempSubdirectory("spouts-conformance-");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "pods.json"), Path.Combine(state.FullName, "pods.json"));
        int sidecarPort = FreePort();
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (string argument in (string[])[Program(), "start", "--state", state.FullName, "--workers", "attach", "--until-stdin-closes", "--sidecar-port", $"{sidecarPort}", "--wide-sidecars"])
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The local pachd did not start.");
        using JsonDocument document = JsonDocument.Parse(line);
        return new LocalServer(process, state, document.RootElement.GetProperty("address").GetString()!, $"127.0.0.1:{sidecarPort}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _state.Delete(recursive: true);
    }

    // Built beside this project, with the same configuration: bin/<configuration>/<framework>.
    private static string Program()
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        DirectoryInfo root = framework.Parent!.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(root.FullName, "src", "Spouts.Local", "bin", framework.Parent.Name, framework.Name, "Spouts.Local.dll");
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
