using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Spouts.Pachyderm.Protos.Local;
using Spouts.Pachyderm.Protos.Pps;
using Xunit;
using File = System.IO.File;
using Project = Spouts.Pachyderm.Protos.Pfs.Project;
using PpsApi = Spouts.Pachyderm.Protos.Pps.API;

namespace Spouts.Local.Tests;

/// <summary>Pods and their controllers as a person and a program see them.</summary>
public sealed class PodCommandTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-pods-");

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task A_pod_is_printed_from_a_store_that_is_served_and_the_same_from_one_that_is_not()
    {
        using LocalServer server = await LocalServer.StartAsync(_state.FullName);
        using GrpcChannel cluster = GrpcChannel.ForAddress($"http://{server.Address}");
        await CreateAsync(cluster, "s");

        (int code, string served) = await PodAsync("s");
        Assert.Equal(0, code);
        Assert.Equal("x:1", JsonNode.Parse(served)!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
        Assert.Equal(68, (await PodAsync("nosuch")).ExitCode);

        server.Kill();
        Assert.Equal(served, (await PodAsync("s")).Output);
    }

    [Fact]
    public async Task Settings_of_an_installation_reach_the_pod_and_mistakes_in_them_are_told()
    {
        using LocalServer server = await LocalServer.StartAsync(_state.FullName);
        using GrpcChannel cluster = GrpcChannel.ForAddress($"http://{server.Address}");
        await CreateAsync(cluster, "s");

        await File.WriteAllTextAsync(Path.Combine(_state.FullName, "pods.json"), """{"serviceAccount": "mine"}""");
        Assert.Equal("mine", JsonNode.Parse((await PodAsync("s")).Output)!["spec"]!["serviceAccountName"]!.GetValue<string>());

        await File.WriteAllTextAsync(Path.Combine(_state.FullName, "pods.json"), """{"serviceAcount": "mine"}""");
        Assert.Equal(78, (await PodAsync("s")).ExitCode);
    }

    [Fact]
    public async Task A_controller_s_name_goes_to_the_next_that_wants_it_when_its_pipeline_is_deleted()
    {
        using LocalServer server = await LocalServer.StartAsync(_state.FullName);
        using GrpcChannel cluster = GrpcChannel.ForAddress($"http://{server.Address}");
        await CreateAsync(cluster, "a-b");
        await CreateAsync(cluster, "A_b");
        Assert.Equal(PipelineState.PipelineRestarting, await StateAsync(cluster, "A_b"));
        Assert.Equal("a-b", await HolderAsync(cluster));

        await new PpsApi.APIClient(cluster).DeletePipelineAsync(new DeletePipelineRequest { Pipeline = Named("a-b") });
        Assert.Equal(PipelineState.PipelineRunning, await StateAsync(cluster, "A_b"));
        Assert.Equal("A_b", await HolderAsync(cluster));

        await new PpsApi.APIClient(cluster).DeletePipelineAsync(new DeletePipelineRequest { Pipeline = Named("A_b") });
        RpcException gone = await Assert.ThrowsAsync<RpcException>(() => HolderAsync(cluster));
        Assert.Equal(StatusCode.NotFound, gone.StatusCode);
    }

    private static async Task CreateAsync(GrpcChannel cluster, string name)
        => await new PpsApi.APIClient(cluster).CreatePipelineV2Async(new CreatePipelineV2Request
        {
            CreatePipelineRequestJson = $$$"""{"pipeline": {"name": "{{{name}}}"}, "transform": {"image": "x:1", "cmd": ["x"]}, "spout": {}}""",
        });

    private static async Task<PipelineState> StateAsync(GrpcChannel cluster, string name)
        => (await new PpsApi.APIClient(cluster).InspectPipelineAsync(new InspectPipelineRequest { Pipeline = Named(name) })).State;

    private static async Task<string> HolderAsync(GrpcChannel cluster)
    {
        KubernetesObject controller = await new Spouts.Pachyderm.Protos.Local.Pods.PodsClient(cluster).GetObjectAsync(
            new GetObjectRequest { Kind = "rcs", Name = "default-a-b-v1" });
        return JsonNode.Parse(controller.Json)!["metadata"]!["labels"]!["pipelineName"]!.GetValue<string>();
    }

    private static Pipeline Named(string name) => new() { Project = new Project { Name = "default" }, Name = name };

    private Task<(int ExitCode, string Output)> PodAsync(string pipeline) => LocalServer.RunAsync("pod", pipeline, "--state", _state.FullName);
}
