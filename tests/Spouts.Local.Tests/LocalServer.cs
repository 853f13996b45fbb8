using System.Diagnostics;
using System.Text.Json;

namespace Spouts.Local.Tests;

/// <summary>The real program, as a process that can be killed.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly Process _process;

    private LocalServer(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    public string Address { get; }

    public int Pid => _process.Id;

    public static async Task<LocalServer> StartAsync(string state)
    {
        Process process = Process.Start(Command(state))!;
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The local pachd did not start.");
        using JsonDocument document = JsonDocument.Parse(line);
        return new LocalServer(process, document.RootElement.GetProperty("address").GetString()!);
    }

    /// <summary>Starts it where it cannot start, and answers how it ended.</summary>
    public static async Task<(int ExitCode, string Error)> RefusedAsync(string state)
    {
        using Process process = Process.Start(Command(state))!;
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>What its parent's death looks like to it.</summary>
    public async Task<int> CloseStdinAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async Task<int> SignalAsync(string signal)
    {
        using (Process kill = Process.Start("kill", [$"-{signal}", $"{Pid}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private static ProcessStartInfo Command(string state)
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])[typeof(Cli.StartCommand).Assembly.Location, "start", "--state", state, "--until-stdin-closes"])
            start.ArgumentList.Add(argument);
        return start;
    }
}
