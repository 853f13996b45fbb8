using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>A file as it stands after all layers have been merged, or a directory, which no layer knows.</summary>
internal sealed record FileEntry(string Path, string Datum, long Size, IReadOnlyList<byte[]> Encoded)
{
    public bool IsDirectory => Paths.IsDirectory(Path);

    public IEnumerable<Part> Parts => Encoded.SelectMany(Part.DecodeAll);

    public static FileEntry Directory(string path) => new(path, "", 0, []);

    /// <summary>
    /// What is left of a file when its layers are merged: everything added since the last delete. Null: nothing was.
    /// </summary>
    public static FileEntry? Merge(IEnumerable<LayerEntry> oldestFirst)
    {
        Entry? any = null;
        long size = 0;
        bool exists = false;
        List<byte[]> encoded = [];
        foreach ((int _, Entry entry) in oldestFirst)
        {
            any = entry;
            if (entry.Flags.HasFlag(EntryFlags.Delete))
            {
                size = 0;
                exists = false;
                encoded.Clear();
            }

            if (entry.Flags.HasFlag(EntryFlags.Add))
            {
                size += entry.Size;
                exists = true;
                if (entry.Parts.Length > 0)
                    encoded.Add(entry.Parts);
            }
        }

        return exists ? new FileEntry(any!.Path, any.Datum, size, encoded) : null;
    }
}
