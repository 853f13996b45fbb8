using System.Formats.Tar;
using System.Text.Json.Nodes;

namespace Spouts.Conformance;

/// <summary>The entries of an archive, as scenarios record them.</summary>
internal static class TarEntries
{
    public static JsonArray Read(byte[] archive)
    {
        JsonArray entries = [];
        try
        {
            using TarReader reader = new(new MemoryStream(archive));
            while (reader.GetNextEntry() is { } entry)
            {
                JsonObject shown = new() { ["name"] = entry.Name };
                if (entry.EntryType == TarEntryType.Directory)
                {
                    shown["dir"] = true;
                }
                else
                {
                    using MemoryStream content = new();
                    entry.DataStream?.CopyTo(content);
                    shown["text"] = Calls.Shorten(content.ToArray());
                }

                entries.Add((JsonNode)shown);
            }
        }
        catch (EndOfStreamException)
        {
            // An archive cut short by an error: what arrived is what counts.
        }

        return entries;
    }
}
