using System.Buffers;
using System.Text.Json;
using Spouts.Files;
using Spouts.Ledgers;

namespace Spouts.Batching;

/// <summary>
/// What becomes of a file that cannot be where it should: its content, where there is one, and beside it what it was and what was wrong,
/// in the same commit as the cursor that passes it. Its path becomes one element, so that dead letters never collide. Those of appended
/// files are appended, and so is what was wrong with each, one JSON object a line.
/// </summary>
internal static class DeadLetter
{
    private const string Folder = "/dead-letters";

    /// <param name="source">The source that yielded the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="content">What has its content; null where nobody can read it.</param>
    /// <returns>What is committed instead; the first one is acknowledged as the file would have been.</returns>
    public static IReadOnlyList<SpoutFile> Of(SourceKey source, SpoutFile file, string reason, SpoutFile? content)
    {
        string path = $"{Folder}/{SpoutPath.Encode(source.Name)}/{SpoutPath.Encode(file.Path[1..])}";
        SpoutFile described = SpoutFile.Bytes($"{path}.error.json", Describe(source, file, reason));
        SpoutFile error = file.Change is FileChange.Append ? described.Appended() : described;
        return content is null ? [error.InsteadOf(file)] : [content.At(path).InsteadOf(file), error];
    }

    /// <summary>Why a file cannot be where dead letters are: it would replace one, or keep the next from being written. Null where it is elsewhere.</summary>
    public static string? Misplaced(SpoutFile file) =>
        file.Change is not FileChange.Delete && (file.Path == Folder || file.Path.StartsWith($"{Folder}/", StringComparison.Ordinal))
            ? $"{Folder} is kept for files that a spout cannot put where they should be"
            : null;

    private static ReadOnlyMemory<byte> Describe(SourceKey source, SpoutFile file, string reason)
    {
        ArrayBufferWriter<byte> buffer = new(256);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("source", source.Name);
            json.WriteString("path", file.Path);
            if (file.ItemName is { } item)
                json.WriteString("item", item);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
