using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Spouts.Chaos;

/// <summary>The spout's program as a worker of the local pachd: what the harness kills.</summary>
internal sealed class SpoutProcess(IReadOnlyDictionary<string, string> variables) : IDisposable
{
    private const int LogLines = 200;

    private static readonly string Program = typeof(SpoutProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Spout").Value!;

    private readonly Queue<string> _log = new();
    private readonly SemaphoreSlim _commits = new(0);
    private Process? _process;

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasExited => _process is { HasExited: true };

    public int ExitCode => _process!.ExitCode;

    /// <summary>The most memory that it has had resident, in bytes (Linux: VmHWM).</summary>
    public long PeakResident
    {
        get
        {
            string line = File.ReadLines($"/proc/{_process!.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>The last lines that it wrote, over all its lives.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    /// <summary>Waits for that many more commits, but not longer than a while: it may have none left to make.</summary>
    public async Task WaitForCommitsAsync(int count, TimeSpan atMost, CancellationToken cancellation)
    {
        while (count-- > 0 && await _commits.WaitAsync(atMost, cancellation))
        {
        }
    }

    public void Start()
    {
        ProcessStartInfo info = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.ArgumentList.Add(Program);
        info.ArgumentList.Add("--json");
        foreach ((string name, string value) in variables)
            info.Environment[name] = value;
        _process = Process.Start(info)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL, then waits until the kernel has buried it.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is not null)
            Kill();
        _commits.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        if (line.Data.StartsWith("{\"event\":\"commit\"", StringComparison.Ordinal))
            _commits.Release();
        lock (_log)
        {
            _log.Enqueue(line.Data);
            if (_log.Count > LogLines)
                _log.Dequeue();
        }
    }
}
