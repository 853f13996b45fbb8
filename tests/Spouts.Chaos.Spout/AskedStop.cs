namespace Spouts.Chaos.Spout;

/// <summary>A stop in the one step of the recipe that no call shows: the harness asks for it by a file.</summary>
internal static class AskedStop
{
    public static void Heed()
    {
        string asked = $"{Settings.Folder}.stop";
        if (!File.Exists(asked))
            return;
        File.Delete(asked);
        ProcessSignal.Stop(Environment.ProcessId);
    }
}
