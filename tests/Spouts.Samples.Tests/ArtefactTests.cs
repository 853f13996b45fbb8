using System.Text.RegularExpressions;

namespace Spouts.Samples.Tests;

/// <summary>
/// What the build leaves for each sample, against what was approved (<c>*.verified.txt</c> beside this file). The versions of .NET's
/// images are those of whichever SDK built it.
/// </summary>
public sealed partial class ArtefactTests
{
    [Theory]
    [InlineData("FolderInbox", "Dockerfile")]
    [InlineData("FolderInbox", "folder-inbox/pipeline.json")]
    [InlineData("DiskReport", "Dockerfile")]
    [InlineData("DiskReport", "disk-report/pipeline.json")]
    [InlineData("LogTail", "Dockerfile")]
    [InlineData("LogTail", "log-tail/pipeline.json")]
    [InlineData("WebHook", "Dockerfile")]
    [InlineData("WebHook", "web-hook/pipeline.json")]
    [InlineData("EventFeed", "Dockerfile")]
    [InlineData("EventFeed", "event-feed/pipeline.json")]
    [InlineData("TableExport", "Dockerfile")]
    [InlineData("TableExport", "table-export/pipeline.json")]
    public void The_build_leaves_what_was_approved(string sample, string artefact)
    {
        string built = ImageVersion().Replace(File.ReadAllText(Path.Combine(SampleProgram.Output(sample), "spouts", artefact)), "$1:{version}");
        string stem = Path.Combine(SampleProgram.Folder(sample), "..", "..", "tests", "Spouts.Samples.Tests", $"{sample}.{artefact.Replace('/', '.')}");
        string verified = stem + ".verified.txt", received = stem + ".received.txt";
        if (File.Exists(verified) && File.ReadAllText(verified) == built)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, built);
        Assert.Fail($"{Path.GetFullPath(received)} differs from what was approved:\n{built}");
    }

    [GeneratedRegex(@"(mcr\.microsoft\.com/dotnet/[a-z-]+):10\.0\.[0-9]+")]
    private static partial Regex ImageVersion();
}
