using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Spouts.Chaos.Doors;
using Spouts.Chaos.Spout;
using Spouts.Tests;

namespace Spouts.Chaos.Processes;

/// <summary>The spout's program as a worker of the local pachd, behind a door of its own.</summary>
internal sealed class SpoutProcess : IAsyncDisposable
{
    /// <summary>How long anything may take that a spout has to do by itself.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string SidecarPort = "PEER_PORT";

    private static readonly string Program = typeof(SpoutProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Spout").Value!;

    // Each is the first in a container of its own, and so waits for none that died young.
    private readonly DirectoryInfo _temporary;
    private readonly SpoutLog _log;
    private readonly Action<JsonElement>? _committed;
    private readonly Process _process;
    private readonly List<string> _commits = [];
    private readonly SemaphoreSlim _unseen = new(0);
    private readonly SemaphoreSlim _lines = new(0);
    private bool _isGone;

    private SpoutProcess(ProcessStartInfo info, FaultyDoor door, SpoutLog log, Action<JsonElement>? committed)
    {
        Door = door;
        SpecCommit = info.Environment["PPS_SPEC_COMMIT"]!;
        (_log, _committed) = (log, committed);
        _temporary = Directory.CreateTempSubdirectory("spouts-chaos-");
        info.Environment["TMPDIR"] = _temporary.FullName;
        _process = Process.Start(info)!;
        Id = _process.Id;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id { get; }

    public FaultyDoor Door { get; }

    /// <summary>The version of the pipeline that it was started for.</summary>
    public string SpecCommit { get; }

    /// <summary>Whether it has ended, by itself or not.</summary>
    public bool HasExited => _isGone || _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The most memory that it has had resident, in bytes (Linux).</summary>
    public long PeakResident => long.Parse(Status("VmHWM:").Split(' ')[0], CultureInfo.InvariantCulture) * 1024;

    /// <summary>The commits that it says it has made.</summary>
    public IReadOnlyList<string> Commits
    {
        get
        {
            lock (_commits)
                return [.. _commits];
        }
    }

    /// <param name="variables">The environment of a worker, and what the spout itself reads.</param>
    /// <param name="log">Where its lines go.</param>
    /// <param name="committed">Is told of each commit that it says it has made.</param>
    public static async Task<SpoutProcess> StartAsync(
        IReadOnlyDictionary<string, string> variables, SpoutLog log, Action<JsonElement>? committed = null)
    {
        FaultyDoor door = await FaultyDoor.OpenAsync(int.Parse(variables[SidecarPort], CultureInfo.InvariantCulture));
        ProcessStartInfo info = new("dotnet", [Program, "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in variables)
            info.Environment[name] = value;
        TestOutput.Plant(info);
        info.Environment[SidecarPort] = door.Port.ToString(CultureInfo.InvariantCulture);
        return new(info, door, log, committed);
    }

    /// <summary>Waits for that many more commits, but not longer than a while.</summary>
    /// <returns>Whether they came.</returns>
    public async Task<bool> WaitForCommitsAsync(int count, TimeSpan atMost, CancellationToken cancellation)
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        enough.CancelAfter(atMost);
        try
        {
            while (count-- > 0)
                await _unseen.WaitAsync(enough.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Breaks or holds its next call at a boundary, and waits for that.</summary>
    public async Task<CallFault> MeetAsync(Boundary at, CallBreak how)
    {
        CallFault fault = Door.Arm(at, how);
        await UntilAsync(fault.Struck, $"it made a call to {at}");
        return fault;
    }

    /// <summary>Waits for that many more commits, which have to come.</summary>
    public Task CommitAsync(int count, CancellationToken cancellation)
    {
        ForgetCommits();
        return UntilAsync(WaitForCommitsAsync(count, Patience, cancellation), $"it made {count} more commits");
    }

    /// <summary>Waits for something that has to happen while it lives.</summary>
    /// <param name="something">What; true, if it is a question.</param>
    /// <param name="what">The same for people, after "before".</param>
    /// <exception cref="InvalidOperationException">It has ended by itself before that.</exception>
    /// <exception cref="TimeoutException">It has not happened.</exception>
    public async Task UntilAsync(Task something, string what)
    {
        using CancellationTokenSource over = new();
        Task<bool> exit = WaitForExitAsync(Patience, over.Token);
        await Task.WhenAny(something, exit);
        await over.CancelAsync();
        if (something.IsCompleted && (something is not Task<bool> answer || await answer))
            await something;
        else
            throw HasExited ? new InvalidOperationException($"Process {Id} ended by itself with exit code {ExitCode} before {what}.")
                : new TimeoutException($"{Patience} passed before {what}.");
    }

    /// <summary>Forgets the commits so far: the next wait is for new ones.</summary>
    public void ForgetCommits()
    {
        while (_unseen.Wait(TimeSpan.Zero))
        {
        }
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Whether it did.</returns>
    public async Task<bool> WaitForExitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        try
        {
            await _process.WaitForExitAsync(cancellation).WaitAsync(atMost, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>SIGSTOP.</summary>
    public void Stop() => ProcessSignal.Stop(Id);

    /// <summary>Waits until it has stopped itself.</summary>
    public async Task WaitForStopAsync(CancellationToken cancellation)
    {
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(10));
        while (!Status("State:").StartsWith('T'))
            await look.WaitForNextTickAsync(cancellation);
    }

    /// <summary>SIGCONT.</summary>
    public void Continue() => ProcessSignal.Continue(Id);

    /// <summary>Forgets the lines so far: the next wait is for a new one.</summary>
    public void ForgetLines()
    {
        while (_lines.Wait(TimeSpan.Zero))
        {
        }
    }

    /// <summary>Waits for a line of it, or its end: by then it has made a commit, or found out what happened meanwhile.</summary>
    public async Task StirAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<bool> stirred = await Task.WhenAny(_lines.WaitAsync(Patience, over.Token), WaitForExitAsync(Patience, over.Token));
        await over.CancelAsync();
        if (!await stirred)
            throw new TimeoutException($"Process {Id} did nothing at all, although {Patience} passed.");
    }

    /// <summary>SIGKILL, unless it has ended; then waits until the kernel has buried it. What it has said stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isGone)
            return;
        _isGone = true;
        _process.Kill();

        // It is gone at once; the end of its output has been seen to be missed by .NET, once in a thousand processes.
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(Patience));
        if (!_process.HasExited)
            throw new TimeoutException($"Process {Id} was killed and does not end.");
        await Door.DisposeAsync();
        _process.Dispose();
        _temporary.Delete(recursive: true);
        _unseen.Dispose();
        _lines.Dispose();
    }

    private string Status(string name) =>
        File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        TestOutput.Keep(line.Data);
        _log.Add($"{Id}: {line.Data}");
        if (line.Data.StartsWith("{\"event\":\"commit\"", StringComparison.Ordinal))
        {
            JsonElement commit = JsonElement.Parse(line.Data);
            lock (_commits)
                _commits.Add(commit.GetProperty("commit").GetString()!);
            _committed?.Invoke(commit);
            _unseen.Release();
        }

        _lines.Release();
    }
}
