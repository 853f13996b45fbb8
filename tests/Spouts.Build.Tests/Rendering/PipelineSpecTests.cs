using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Spouts.Build.Tasks;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Testing;

namespace Spouts.Build.Tests.Rendering;

public sealed class PipelineSpecTests : RenderTests
{
    [Fact]
    public void Each_spout_gets_a_spec_of_pachyderms_own_fields()
    {
        Assert.True(Render(TestAssembly.TwoSpouts).Execute());

        Assert.Equal(
            """
            {
              "pipeline": {
                "name": "clicks"
              },
              "description": "Zürich's \"clicks\".",
              "transform": {
                "image": "demo:1.2.3",
                "cmd": [
                  "/app/Demo"
                ]
              },
              "spout": {}
            }

            """.ReplaceLineEndings("\n"),
            Read("clicks/pipeline.json"));
        Assert.Equal(
            """
            {
              "pipeline": {
                "name": "views"
              },
              "transform": {
                "image": "demo:1.2.3",
                "cmd": [
                  "/app/Demo"
                ]
              },
              "outputBranch": "raw",
              "spout": {}
            }

            """.ReplaceLineEndings("\n"),
            Read("views/pipeline.json"));
    }

    [Fact]
    public void All_that_a_spout_says_is_in_its_spec()
    {
        RenderSpouts task = Render(TestAssembly.FullSpout);
        task.Project = "shop";

        Assert.True(task.Execute());

        Assert.Equal(
            """
            {
              "pipeline": {
                "project": {
                  "name": "web"
                },
                "name": "clicks"
              },
              "description": "All of it.",
              "metadata": {
                "annotations": {
                  "example.com/owner": "Zoë \"Z\" <z@example.com>",
                  "spouts/sources": "Fetch(last: long, seen: Dictionary<string, int?>)"
                },
                "labels": {
                  "example.com/tier": "",
                  "team": "web"
                }
              },
              "transform": {
                "image": "demo:1.2.3",
                "cmd": [
                  "/app/Demo"
                ],
                "secrets": [
                  {
                    "name": "clicks-api",
                    "key": "token",
                    "envVar": "CLICKS_TOKEN"
                  },
                  {
                    "name": "clicks-tls",
                    "mountPath": "/secrets/tls"
                  }
                ]
              },
              "parallelismSpec": {
                "constant": 2
              },
              "outputBranch": "raw",
              "resourceRequests": {
                "cpu": 0.5,
                "memory": "256Mi",
                "disk": "1Gi"
              },
              "resourceLimits": {
                "cpu": 1,
                "memory": "512Mi",
                "disk": "2Gi"
              },
              "spout": {}
            }

            """.ReplaceLineEndings("\n"),
            Read("clicks/pipeline.json"));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task A_spec_has_only_fields_of_the_request_and_a_pachd_creates_its_pipeline(string manifest)
    {
        Assert.True(Render(manifest).Execute());
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using LocalCluster cluster = await LocalCluster.StartAsync(cancellationToken: cancellation);
        using PachydermChannel channel = new(cluster.Address, token: null);
        await new Pachyderm.Protos.Pfs.API.APIClient(channel.Invoker).CreateProjectAsync(new() { Project = new() { Name = "web" } }, cancellationToken: cancellation);
        API.APIClient pipelines = new(channel.Invoker);
        foreach (string secret in (string[])["clicks-api", "clicks-tls"])
        {
            string file = $$$"""{"kind":"Secret","apiVersion":"v1","metadata":{"name":"{{{secret}}}"},"data":{"token":"c2VjcmV0"}}""";
            await pipelines.CreateSecretAsync(new() { File = ByteString.CopyFromUtf8(file) }, cancellationToken: cancellation);
        }

        foreach (string file in Folder.Files("out").Where(static file => file.EndsWith(".json", StringComparison.Ordinal)))
        {
            string spec = Read(file);
            using JsonDocument json = JsonDocument.Parse(spec);
            AssertKnown(json.RootElement, CreatePipelineRequest.Descriptor);
            CreatePipelineRequest meant = JsonParser.Default.Parse<CreatePipelineRequest>(spec);
            await pipelines.CreatePipelineV2Async(new() { CreatePipelineRequestJson = spec }, cancellationToken: cancellation);

            PipelineInfo made = await pipelines.InspectPipelineAsync(new() { Pipeline = meant.Pipeline, Details = true }, cancellationToken: cancellation);
            Assert.Equal(PipelineInfo.Types.PipelineType.Spout, made.Type);
            Assert.Equal(PipelineState.PipelineRunning, made.State);
            Assert.Equal(meant.Transform.Secrets, made.Details.Transform.Secrets);
            Assert.Equal(meant.Spout, made.Details.Spout);
            Assert.Equal(meant.Metadata, made.Details.Metadata);
            Assert.Equal(meant.ResourceLimits, made.Details.ResourceLimits);
            Assert.Equal(meant.ParallelismSpec?.Constant ?? 1, made.Parallelism);
        }
    }

    public static TheoryData<string> Manifests =>
    [
        TestAssembly.TwoSpouts,
        TestAssembly.FullSpout,
        TestAssembly.OneSpout("hook", """
            "service":{"port":8080,"externalPort":80,"type":"ClusterIP"},"resources":{"cpuLimit":1.5,"memoryLimit":"1G"}
            """),
        TestAssembly.OneSpout("hook", """
            "project":"web","service":{"port":8080,"externalPort":30080,"type":"NodePort"},"annotations":{"a":"b"}
            """),
    ];

    /// <summary>Fails unless each member is, in camel case, one that the schema of spec files has too.</summary>
    private static void AssertKnown(JsonElement element, MessageDescriptor message)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            FieldDescriptor? field = message.Fields.InFieldNumberOrder().SingleOrDefault(field => field.JsonName == member.Name);
            Assert.True(field is not null, $"{message.Name} has no {member.Name}");
            Assert.DoesNotContain(member.Name, (string[])["update", "reprocess", "specCommit", "dryRun"]);
            if (field.FieldType != FieldType.Message || field.IsMap)
                continue;
            foreach (JsonElement child in field.IsRepeated ? member.Value.EnumerateArray() : Enumerable.Repeat(member.Value, 1))
                AssertKnown(child, field.MessageType);
        }
    }
}
