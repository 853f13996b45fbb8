using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Spouts.Local.Children;

/// <summary>
/// A process between the local pachd and a worker, so that the worker goes when the local pachd goes, however that dies: it
/// reads an order from stdin, runs it in a process group of its own, and kills the group when the program ends or stdin does.
/// </summary>
internal static class Keeper
{
    /// <summary>The command of the program that is a keeper.</summary>
    public const string Command = "keep";

    /// <summary>The program could not be started.</summary>
    public const int NotStarted = 126;

    /// <summary>Answers the exit code of the program.</summary>
    public static async Task<int> RunAsync()
    {
        // A Ctrl+C in the terminal reaches this process too. It goes when the local pachd is gone, and not before.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using PosixSignalRegistration quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, signal => signal.Cancel = true);
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
        using StreamReader stdin = new(Console.OpenStandardInput());
        if (await stdin.ReadLineAsync() is not { } line)
            return NotStarted;
        WorkerOrder order = JsonSerializer.Deserialize<WorkerOrder>(line)!;
        Task<string?> closed = Task.Run(stdin.ReadLine);
        try
        {
            using Process program = StartInOwnGroup(order);
            Task fed = FeedAsync(program, order.Stdin);
            await Task.WhenAny(program.WaitForExitAsync(), closed);
            ProcessGroup.Kill(Environment.ProcessId);
            await program.WaitForExitAsync();
            await fed;
            return program.ExitCode;
        }
        catch (Win32Exception e)
        {
            await Console.Error.WriteLineAsync($"{order.Program} cannot be started in {order.Directory}: {e.Message}");
            return NotStarted;
        }
    }

    // The group is this process's own for the moment of the start, and so has its id. As long as this process lives no other
    // can come by that id: whatever is killed by it belongs to the program.
    private static Process StartInOwnGroup(WorkerOrder order)
    {
        ProcessStartInfo start = new(order.Program, order.Arguments) { WorkingDirectory = order.Directory, RedirectStandardInput = true };
        start.Environment.Clear();
        foreach ((string name, string value) in order.Environment)
            start.Environment[name] = value;
        int before = ProcessGroup.Current;
        if (!ProcessGroup.Join(0))
            throw new Win32Exception();
        Process program = Process.Start(start)!;
        // There is nothing to go back to if the local pachd died in this very moment: then this process ends with its group.
        ProcessGroup.Join(before);
        return program;
    }

    private static async Task FeedAsync(Process program, string text)
    {
        try
        {
            await using StreamWriter stdin = program.StandardInput;
            await stdin.WriteAsync(text);
        }
        catch (IOException)
        {
            // A program need not read what it is given; Pachyderm's worker does not mind either.
        }
    }
}
