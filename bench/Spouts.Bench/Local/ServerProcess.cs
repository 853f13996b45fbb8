using System.Globalization;
using System.Text.Json;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Testing;
using File = System.IO.File;

namespace Spouts.Bench.Local;

/// <summary>A <c>spouts-local</c> with its settings as shipped, in an empty store, and what the kernel says of its memory.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly LocalCluster _cluster;
    private readonly PachydermChannel _channel;
    private readonly string _process;

    private ServerProcess(DirectoryInfo folder, LocalCluster cluster)
    {
        Folder = folder;
        _cluster = cluster;
        _channel = new PachydermChannel(cluster.Address, token: null);
        Pfs = new API.APIClient(_channel.Invoker);
        using JsonDocument holder = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, ".spouts", "pachd.json")));
        _process = $"/proc/{holder.RootElement.GetProperty("pid").GetInt32()}";
    }

    /// <summary>The folder that its store is in.</summary>
    public DirectoryInfo Folder { get; }

    public Uri Address => _cluster.Address;

    public API.APIClient Pfs { get; }

    public static async Task<ServerProcess> StartAsync(DirectoryInfo parent, string part, CancellationToken cancellation)
    {
        DirectoryInfo folder = parent.CreateSubdirectory($"spouts-bench-{part}-{Environment.ProcessId}");
        return new ServerProcess(folder, await LocalCluster.StartAsync(folder.FullName, cancellation));
    }

    /// <summary>The largest resident memory since the last call, in bytes, as the kernel keeps it: no sample is missed.</summary>
    public long TakePeak()
    {
        string line = File.ReadLines($"{_process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        // 5 sets the peak back to what is resident now.
        File.WriteAllText($"{_process}/clear_refs", "5");
        return long.Parse(line.Split(':')[1].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Names a branch of a repo in the default project.</summary>
    public static Branch Branch(string repo, string name = "master")
        => new() { Repo = new Repo { Project = new Project { Name = "default" }, Name = repo, Type = "user" }, Name = name };

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _cluster.Dispose();
        Folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
