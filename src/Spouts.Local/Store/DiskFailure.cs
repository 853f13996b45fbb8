using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Spouts.Local.Store;

/// <summary>Tells the failures of the disk that a store is on from errors of this program.</summary>
internal static class DiskFailure
{
    // errno on Unix, the low half of the HRESULT on Windows.
    private static readonly int[] s_full = OperatingSystem.IsWindows()
        ? [39, 112]
        : OperatingSystem.IsMacOS() ? [27, 28, 69] : [27, 28, 122];

    // SIGXFSZ, on Linux and on macOS, and the handler that means nobody.
    private const int FileSizeExceeded = 25;
    private const nint Ignored = 1;

    /// <summary>
    /// A limit on the size of files (ulimit -f) would kill this process with a signal. From now on the write fails, as on a
    /// full disk. .NET's own registration of signals is not for this one: it comes within the write, which then waits for ever.
    /// </summary>
    public static void OutliveLimits()
    {
        if (!OperatingSystem.IsWindows() && signal(FileSizeExceeded, Ignored) == -1)
            throw new Win32Exception();
    }

    /// <summary>A limit on the size of files was met, which .NET takes for a wrong argument.</summary>
    public static IOException FileTooLarge(Exception met) => new("A file may not grow as large as that.", met) { HResult = s_full[0] };

    /// <summary>The disk, a quota on it or a limit on the size of files has no room left.</summary>
    public static bool IsFull(Exception exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL,
        IOException io => s_full.Contains(io.HResult & 0xFFFF),
        _ => false,
    };

    /// <summary>The disk failed to read or write.</summary>
    public static bool IsCause(Exception exception)
        => exception is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_FULL } || IsFull(exception);

#pragma warning disable IDE1006 // Named as in libc.
    [DllImport("libc", SetLastError = true)]
    private static extern nint signal(int signal, nint handler);
#pragma warning restore IDE1006
}
