namespace Spouts.Chaos.Spout;

/// <summary>One file, larger than the memory that the spout may use, made while it is read.</summary>
internal static class LargeFile
{
    public const string SpoutName = "large-file";

    public static IEnumerable<SpoutFile> Make(Cursor<bool> done)
    {
        if (done.Value)
            yield break;
        done.Value = true;
        yield return SpoutFile.Streamed("/large", _ => ValueTask.FromResult<Stream>(new CountingStream(Settings.Megabytes * 1024 * 1024)));
    }
}
