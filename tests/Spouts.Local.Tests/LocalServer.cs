using System.Diagnostics;
using System.Text.Json;
using Spouts.Tests;

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

    /// <param name="workers">Who the workers are; without it, programs that attach.</param>
    public static async Task<LocalServer> StartAsync(string state, params string[] workers)
    {
        Process process = Process.Start(Command([.. StartArguments(state), .. workers.Length == 0 ? ["--workers", "attach"] : workers]))!;
        // What it logs is read as it comes: a full pipe would hold it up.
        process.ErrorDataReceived += static (_, line) => TestOutput.Keep(line.Data ?? "");
        process.BeginErrorReadLine();
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The local pachd did not start.");
        TestOutput.Keep(line);
        using JsonDocument document = JsonDocument.Parse(line);
        return new LocalServer(process, document.RootElement.GetProperty("address").GetString()!);
    }

    /// <summary>Starts it where it cannot start, and answers how it ended.</summary>
    public static Task<(int ExitCode, string Output)> RefusedAsync(string state) => RunAsync(StartArguments(state));

    /// <summary>Runs one of its commands to the end, and answers what it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(Command(arguments))!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        TestOutput.Keep(output);
        return (process.ExitCode, output);
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
        using (Process kill = Process.Start("sh", ["-c", $"kill -{signal} {Pid}"]))
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

    private static string[] StartArguments(string state) => ["start", "--state", state, "--until-stdin-closes"];

    private static ProcessStartInfo Command(IEnumerable<string> arguments)
    {
        // A job in a shell's background inherits an ignored SIGINT, and so would this process.
        string[] program = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        ProcessStartInfo start = new(program[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in program.Skip(1).Append(typeof(Cli.StartCommand).Assembly.Location).Concat(arguments))
            start.ArgumentList.Add(argument);
        return start;
    }
}
