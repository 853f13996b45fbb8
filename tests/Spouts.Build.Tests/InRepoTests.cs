using System.Text.Json.Nodes;

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

    [Fact]
    public void What_a_class_says_of_its_worker_is_in_its_spec_and_its_image()
    {
        using RealProject project = RealProject.InRepo(
            """
            using Spouts;

            [Spout("clock", Project = "web", Labels = ["team=web"], Annotations = ["example.com/owner=Zoë"])]
            [Secret("clock-api", Environment = "CLOCK_TOKEN", Key = "token")]
            [Secret("clock-tls", MountPath = "/secrets/tls")]
            [Resources(Cpu = 0.5, MemoryLimit = "512Mi")]
            [Service(8080)]
            public class Clock
            {
                [Schedule("0 6 * * *", TimeZone = "Europe/Berlin")]
                public SpoutFile[] Tick(Cursor<int> ticks) => [SpoutFile.Text($"/{++ticks.Value}", "now")];
            }
            """);

        project.Dotnet($"build -c {Configuration.Name} -warnaserror -p:SpoutsProject=shop -p:SpoutsChiseled=true -p:InvariantGlobalization=true");

        string spouts = $"bin/{Configuration.Name}/net10.0/spouts";
        JsonNode expected = JsonNode.Parse("""
            {
              "pipeline": { "project": { "name": "web" }, "name": "clock" },
              "metadata": { "annotations": { "example.com/owner": "Zoë", "spouts/sources": "Tick(ticks: int)" }, "labels": { "team": "web" } },
              "transform": {
                "image": "demo:1.2.3",
                "cmd": [ "/app/Demo" ],
                "secrets": [
                  { "name": "clock-api", "key": "token", "envVar": "CLOCK_TOKEN" },
                  { "name": "clock-tls", "mountPath": "/secrets/tls" }
                ]
              },
              "resourceRequests": { "cpu": 0.5 },
              "resourceLimits": { "memory": "512Mi" },
              "spout": { "service": { "internalPort": 8080, "externalPort": 8080, "type": "ClusterIP" } }
            }
            """)!;
        JsonNode spec = JsonNode.Parse(File.ReadAllText(project.Folder.File($"{spouts}/clock/pipeline.json")))!;
        Assert.True(JsonNode.DeepEquals(expected, spec), spec.ToJsonString());
        Assert.Contains("-noble-chiseled-extra\n", File.ReadAllText(project.Folder.File($"{spouts}/Dockerfile")), StringComparison.Ordinal);
    }
}
