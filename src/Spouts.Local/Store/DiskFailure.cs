using Microsoft.Data.Sqlite;

namespace Spouts.Local.Store;

/// <summary>Tells the failures of the disk that a store is on from errors of this program.</summary>
internal static class DiskFailure
{
    // errno on Unix, the low half of the HRESULT on Windows.
    private static readonly int[] s_full = OperatingSystem.IsWindows()
        ? [39, 112]
        : OperatingSystem.IsMacOS() ? [28, 69] : [28, 122];

    /// <summary>The disk or a quota on it has no room left.</summary>
    public static bool IsFull(Exception exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL,
        IOException io => s_full.Contains(io.HResult & 0xFFFF),
        _ => false,
    };

    /// <summary>The disk failed to read or write.</summary>
    public static bool IsCause(Exception exception)
        => exception is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_FULL } || IsFull(exception);
}
