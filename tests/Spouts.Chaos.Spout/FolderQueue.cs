namespace Spouts.Chaos.Spout;

/// <summary>A queue that redelivers: a folder whose files vanish when they are acknowledged. The item's name is its path.</summary>
internal static class FolderQueue
{
    public const string SpoutName = "folder-queue";

    public static IEnumerable<SpoutFile> Take()
    {
        IEnumerable<string> oldest = Directory.EnumerateFiles(Settings.Folder).Order(StringComparer.Ordinal).Take(Settings.Batch);
        foreach (string path in oldest.ToList())
        {
            string name = Path.GetFileName(path);
            if (!Settings.AcknowledgeEarly)
            {
                yield return SpoutFile.FromLocal($"/items/{name}", path).OnCommitted((_, _) =>
                {
                    File.Delete(path);
                    AskedStop.Heed();
                    return ValueTask.CompletedTask;
                });
                continue;
            }

            byte[] content = File.ReadAllBytes(path);
            File.Delete(path);
            yield return SpoutFile.Bytes($"/items/{name}", content);
        }
    }
}
