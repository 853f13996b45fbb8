using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>What a stream has said about one file since the last batch was written.</summary>
internal sealed class PendingFile(string path, string datum)
{
    public string Path { get; } = path;

    public string Datum { get; } = datum;

    public EntryFlags Flags { get; set; }

    public List<Part> Parts { get; } = [];

    /// <summary>Bytes in this batch.</summary>
    public long Size { get; set; }

    /// <summary>Bytes of the whole file as far as the stream knows: decides where its next block begins.</summary>
    public long Length { get; set; }

    public Entry ToEntry() => new(Path, Datum, Flags, Size, Part.Encode(Parts));
}
