using System.Text.Json;
using Grpc.Core;
using Spouts.Pachyderm;
using Spouts.Testing;
using Spouts.Tests;
using Workers = Spouts.Pachyderm.Protos.Local;
using Pfs = Spouts.Pachyderm.Protos.Pfs;
using Pps = Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Build.Tests.Images;

/// <summary>
/// The Dockerfile of a sample, really built, and its image really run, as a worker would run it: with the environment of a pod,
/// beside a sidecar.
/// </summary>
public sealed class ImageTests
{
    private const string Spout = "folder-inbox";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Artifacts = Repo.File($"samples/FolderInbox/bin/{Configuration.Name}/net10.0/spouts");

    [Fact]
    public async Task The_image_of_a_sample_delivers_without_root_and_without_writing_to_itself()
    {
        using ContainerEngine engine = await ContainerEngine.FindAsync();
        string spec = await File.ReadAllTextAsync($"{Artifacts}/{Spout}/pipeline.json");
        string image = JsonDocument.Parse(spec).RootElement.GetProperty("transform").GetProperty("image").GetString()!;
        string[] volumes = await DotnetBaseImages.ProvideAsync(engine, $"{Artifacts}/Dockerfile");

        await engine.BuildAsync($"{Artifacts}/Dockerfile", Repo.File("."), image, volumes);

        // Pachyderm starts the command of the spec; whoever runs the image by hand gets the same.
        string command = string.Join(' ', JsonDocument.Parse(spec).RootElement.GetProperty("transform").GetProperty("cmd").EnumerateArray());
        Assert.Equal(command, (await engine.InspectAsync(image, "json .Config.Entrypoint")).Trim('[', ']', '"'));
        await engine.RequireContainersAsync(image, "--help");
        await DeliversAsync(engine, image, spec);
    }

    private static async Task DeliversAsync(ContainerEngine engine, string image, string spec)
    {
        using LocalCluster cluster = await LocalCluster.StartAsync();
        using PachydermChannel channel = new(cluster.Address, token: null);
        Dictionary<string, string> worker = new(await CreateAsync(channel, spec));
        using TemporaryFolder pod = new();
        // Here only its owner may read it; a pod's user may.
        await File.WriteAllTextAsync(pod.File("config.json"), await File.ReadAllTextAsync(worker["PACH_CONFIG"]));
        worker.Remove("PACH_CONFIG");
        worker["Inbox__Folder"] = "/inbox";
        worker["POSTGRES_PASSWORD"] = TestOutput.Secret();
        Directory.CreateDirectory(pod.File("inbox"));
        await File.WriteAllTextAsync(pod.File("inbox/a.txt"), "one");

        string container = await engine.StartAsync(
            image, worker, $"{pod.File("config.json")}:/pachctl/config.json:ro", $"{pod.File("inbox")}:/inbox:ro");
        try
        {
            string process = await engine.InspectAsync(container, ".State.Pid");
            using SpoutRepo repo = cluster.OpenRepo(Spout);
            await ArrivedAsync(channel, engine, container);

            Assert.Equal("one", System.Text.Encoding.UTF8.GetString((await repo.ReadFilesAsync())["/a.txt"]));
            SpoutCommit commit = (await repo.ReadCommitsAsync())[0];
            Assert.Equal(worker["PPS_SPEC_COMMIT"], commit.SpecCommitId);
            Assert.Contains("Uid:\t1654\t1654\t1654\t1654\n", await File.ReadAllTextAsync($"/proc/{process}/status"), StringComparison.Ordinal);
        }
        finally
        {
            TestOutput.Keep(await engine.LogAsync(container));
            await engine.RemoveAsync(container);
        }
    }

    /// <summary>Creates the pipeline and answers the environment of its worker.</summary>
    private static async Task<IDictionary<string, string>> CreateAsync(PachydermChannel channel, string spec)
    {
        await new Pps.API.APIClient(channel.Invoker).CreatePipelineV2Async(new() { CreatePipelineRequestJson = spec });
        using AsyncServerStreamingCall<Workers.WorkerEnvironment> attached =
            new Workers.Workers.WorkersClient(channel.Invoker).Attach(new() { Project = "default", Pipeline = Spout });
        Assert.True(await attached.ResponseStream.MoveNext(CancellationToken.None));
        return attached.ResponseStream.Current.Variables;
    }

    /// <summary>Waits for the first commit of the spout; says what the container printed if none comes.</summary>
    private static async Task ArrivedAsync(PachydermChannel channel, ContainerEngine engine, string container)
    {
        using CancellationTokenSource patience = new(Patience);
        Pfs.Repo output = new() { Project = new() { Name = "default" }, Name = Spout, Type = "user" };
        using AsyncServerStreamingCall<Pfs.CommitInfo> commits = new Pfs.API.APIClient(channel.Invoker).SubscribeCommit(
            new() { Repo = output, Branch = "master", State = Pfs.CommitState.Finished }, cancellationToken: patience.Token);
        try
        {
            while (await commits.ResponseStream.MoveNext(patience.Token))
            {
                if (commits.ResponseStream.Current.Description.StartsWith("spouts/1 #", StringComparison.Ordinal))
                    return;
            }
        }
        catch (RpcException late) when (late.StatusCode == StatusCode.Cancelled)
        {
            throw new TimeoutException($"Nothing arrived. The container's log:\n{await engine.LogAsync(container)}", late);
        }
    }
}
