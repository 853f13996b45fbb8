using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace Spouts.Local.Children;

/// <summary>One run of a worker's program, from its start to the end of its whole process group.</summary>
internal static class WorkerProcess
{
    /// <summary>Longer lines are cut into several.</summary>
    private const int LongestLine = 32 * 1024;

    /// <summary>Answers the exit code; of a program that a signal ended, 128 and the signal's number.</summary>
    /// <param name="line">Takes each line as it comes, with the name of its stream.</param>
    /// <param name="stop">Kills the group.</param>
    /// <exception cref="OperationCanceledException">It was stopped, and the group is dead.</exception>
    public static async Task<int> RunAsync(WorkerOrder order, Action<string, string> line, CancellationToken stop)
    {
        using Process keeper = Process.Start(KeeperStart())!;
        Task stdout = PumpAsync(keeper.StandardOutput, text => line("stdout", text), stop);
        Task stderr = PumpAsync(keeper.StandardError, text => line("stderr", text), stop);
        try
        {
            await keeper.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(order) + "\n"), stop);
            Task ended = keeper.WaitForExitAsync(stop);
            for (List<Task> open = [ended, stdout, stderr]; !ended.IsCompleted;)
            {
                // Output that cannot be kept ends the program too.
                Task first = await Task.WhenAny(open);
                open.Remove(first);
                await first;
            }

            await ended;
        }
        finally
        {
            keeper.StandardInput.Close();
            await keeper.WaitForExitAsync(CancellationToken.None);
            // Somebody may have killed the keeper.
            ProcessGroup.Kill(keeper.Id);
            // What left the group may still write; it is heard until the worker has to go.
            await Task.WhenAll(stdout, stderr).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(stdout, stderr);
        return keeper.ExitCode;
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> line, CancellationToken stop)
    {
        StringBuilder text = new();
        char[] piece = new char[4096];
        for (int count; (count = await reader.ReadAsync(piece.AsMemory(), stop)) > 0;)
        {
            foreach (char c in piece.AsSpan(0, count))
            {
                if (c == '\n' || text.Length == LongestLine)
                    Flush();
                if (c != '\n')
                    text.Append(c);
            }
        }

        if (text.Length > 0)
            Flush();

        void Flush()
        {
            line(text.ToString().TrimEnd('\r'));
            text.Clear();
        }
    }

    // This program once more, in its other role.
    private static ProcessStartInfo KeeperStart()
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] arguments = isHost ? [Assembly.GetExecutingAssembly().Location, Keeper.Command] : [Keeper.Command];
        return new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
    }
}
