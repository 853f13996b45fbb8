using System.Runtime.InteropServices;

namespace Spouts.Chaos.Spout;

/// <summary>Signals that .NET cannot send.</summary>
internal static partial class ProcessSignal
{
    private const int Stopping = 19;
    private const int Continuing = 18;

    /// <summary>SIGSTOP: the process does nothing more, and does not know it.</summary>
    public static void Stop(int pid) => Send(pid, Stopping);

    /// <summary>SIGCONT: it goes on where it was.</summary>
    public static void Continue(int pid) => Send(pid, Continuing);

    private static void Send(int pid, int signal)
    {
        if (Kill(pid, signal) != 0)
            throw new InvalidOperationException($"Signal {signal} to process {pid} failed with errno {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
