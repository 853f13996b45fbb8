using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>
/// What a commit's own layer does to the files below it: by how much they grow, and whether two neighbours collide. Only
/// the neighbourhood of what the layer names is looked at, so a small commit is cheap whatever the repo holds.
/// </summary>
internal sealed record DiffCheck(string? Error, long SizeChange)
{
    // Keys closer together than this are reached by walking on, others by seeking.
    private const int WalkedBeforeSeek = 64;

    public static DiffCheck Run(Database database, IReadOnlyList<long> below, long diff)
    {
        MergeCursor keys = new(database, [diff]);
        if (!keys.Seek(""))
            return new DiffCheck(null, 0);
        MergeCursor all = new(database, [.. below, diff]);
        MergeCursor backwards = new(database, [.. below, diff], backwards: true);
        long change = 0;
        string? error = null;
        FileEntry? previous = null;
        Entry? key = keys.Group[0].Entry;
        bool more = Seek(key);
        bool neighbourSeen = true;
        int walked = 0;
        while (more)
        {
            Entry at = all.Group[0].Entry;
            FileEntry? live = FileEntry.Merge(all.Group);
            bool isKey = key is not null && PathOrder.Compare(at.Path, at.Datum, key.Path, key.Datum) == 0;
            if (isKey)
            {
                change += (live?.Size ?? 0) - (FileEntry.Merge(all.Group.Where(entry => entry.Layer < below.Count))?.Size ?? 0);
                key = keys.Next() ? keys.Group[0].Entry : null;
                walked = 0;
                neighbourSeen = false;
            }

            error ??= Collisions.Find(previous, live);
            previous = live ?? previous;
            neighbourSeen |= live is not null && !isKey;
            if (neighbourSeen && key is null)
                break;
            more = neighbourSeen && ++walked > WalkedBeforeSeek ? Seek(key!) : all.Next();
        }

        return new DiffCheck(error, change);

        bool Seek(Entry to)
        {
            walked = 0;
            previous = null;
            for (bool found = backwards.Seek(to.Path); found && previous is null; found = backwards.Next())
                previous = FileEntry.Merge(backwards.Group);
            return all.Seek(to.Path);
        }
    }
}
