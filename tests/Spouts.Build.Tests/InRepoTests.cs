namespace Spouts.Build.Tests;

/// <summary>The whole way, from an annotated class to a pipeline spec, as the samples of this repository go it.</summary>
public sealed class InRepoTests
{
    [Fact]
    public void A_class_becomes_a_program_with_a_spec()
    {
        using RealProject project = RealProject.InRepo(
            """
            using Spouts;

            [Spout("clock", Description = "What time it is.")]
            public class Clock
            {
                [Poll("1m")]
                public SpoutFile[] Tick(Cursor<int> ticks) => [SpoutFile.Text($"/{++ticks.Value}", "now")];
            }
            """);

        project.Dotnet($"publish -c {Configuration.Name} -warnaserror");

        string output = $"bin/{Configuration.Name}/net10.0";
        Assert.Contains("\"name\": \"clock\"", File.ReadAllText(project.Folder.File($"{output}/publish/spouts/clock/pipeline.json")), StringComparison.Ordinal);
        Assert.Contains("Spouts.Local.dll", File.ReadAllText(project.Folder.File($"{output}/spouts.local.json")), StringComparison.Ordinal);
        Assert.Contains("publish/Spouts.Framework.dll", project.Folder.Files(output));
        Assert.DoesNotContain(project.Folder.Files(output), static file =>
            file.Contains("Spouts.Local.", StringComparison.Ordinal)
            || file.Contains("Spouts.Build.", StringComparison.Ordinal)
            || file.Contains("Spouts.Generators.", StringComparison.Ordinal)
            || file.EndsWith("publish/spouts.local.json", StringComparison.Ordinal));
    }
}
