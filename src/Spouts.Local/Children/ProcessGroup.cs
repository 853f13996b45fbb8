using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Spouts.Local.Children;

/// <summary>Process groups of POSIX, of which .NET knows nothing.</summary>
internal static class ProcessGroup
{
    private const int SigKill = 9;
    private const int NoSuchProcess = 3;

    /// <summary>The group that this process is in.</summary>
    public static int Current => getpgid(0);

    /// <summary>Moves this process into a group of its session; 0: into a new one, whose id is that of the process.</summary>
    public static bool Join(int group) => setpgid(0, group) == 0;

    /// <summary>SIGKILL to every process of a group; one that is empty is fine.</summary>
    public static void Kill(int group)
    {
        if (kill(-group, SigKill) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
            throw new Win32Exception(error);
    }

#pragma warning disable IDE1006 // The names are libc's.
    [DllImport("libc", SetLastError = true)]
    private static extern int getpgid(int process);

    [DllImport("libc", SetLastError = true)]
    private static extern int setpgid(int process, int group);

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
#pragma warning restore IDE1006
}
