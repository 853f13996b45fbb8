namespace Spouts.Local.Store;

/// <summary>What an entry does to its file.</summary>
[Flags]
internal enum EntryFlags
{
    /// <summary>Whatever older layers hold of this file is gone.</summary>
    Delete = 1,

    /// <summary>The parts are appended; the file exists, be it empty.</summary>
    Add = 2,
}

/// <summary>What one layer says about one file.</summary>
internal sealed record Entry(string Path, string Datum, EntryFlags Flags, long Size, byte[] Parts);
