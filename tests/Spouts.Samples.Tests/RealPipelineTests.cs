using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Spouts.Pachyderm;
using Spouts.Testing;
using Pfs = Spouts.Pachyderm.Protos.Pfs;
using Pps = Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Samples.Tests;

/// <summary>The sample as a cluster would run it: the local pachd is given the spec that the build wrote, and starts its command.</summary>
public sealed class RealPipelineTests : IAsyncLifetime
{
    private const string Sample = "FolderInbox";
    private const string Spout = "folder-inbox";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Pps.Pipeline Pipeline = new() { Project = new() { Name = "default" }, Name = Spout };

    private readonly string _folder = Directory.CreateTempSubdirectory("spouts-pipeline-").FullName;
    private string _image = "";
    private Process _pachd = null!;
    private PachydermChannel _channel = null!;
    private Uri _address = null!;

    private Pps.API.APIClient Pipelines => new(_channel.Invoker);

    public async ValueTask InitializeAsync()
    {
        _image = Path.GetDirectoryName(SampleProgram.Install(Sample, _folder))!;
        Directory.CreateDirectory(Path.Combine(_folder, "inbox"));
        string[] arguments =
        [
            (string)AppContext.GetData("Spouts.LocalPachd")!, "start", "--state", Path.Combine(_folder, "state"),
            "--image", $"folderinbox={_image}", "--until-stdin-closes",
        ];
        _pachd = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        string ready = await _pachd.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The local pachd did not start.");
        _address = new Uri($"http://{JsonDocument.Parse(ready).RootElement.GetProperty("address").GetString()}");
        _channel = new(_address, token: null);
    }

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _pachd.Kill();
        _pachd.WaitForExit();
        _pachd.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_delivers_as_every_version_of_its_pipeline_and_is_gone_when_that_is_stopped()
    {
        using SpoutRepo repo = new(_address, Spout);
        await PutPipelineAsync("1");
        await DropAsync("a.txt");
        await ArrivedAsync(repo, "/a.txt");
        using Process first = Running()!;
        string version = await SpecCommitAsync();
        Assert.Equal(version, (await repo.ReadCommitsAsync())[0].SpecCommitId);

        await PutPipelineAsync("2");
        await first.WaitForExitAsync().WaitAsync(Patience);
        await DropAsync("b.txt");
        await ArrivedAsync(repo, "/b.txt");
        Assert.NotEqual(version, await SpecCommitAsync());
        // It refuses to write as another version than the one in its environment.
        Assert.Equal(await SpecCommitAsync(), (await repo.ReadCommitsAsync())[0].SpecCommitId);

        using Process second = Running()!;
        await Pipelines.StopPipelineAsync(new() { Pipeline = Pipeline });
        await second.WaitForExitAsync().WaitAsync(Patience);
        Assert.Null(Running());
        Assert.Equal(["/a.txt", "/b.txt"], (await repo.ReadFilesAsync()).Keys);
    }

    private async Task PutPipelineAsync(string description)
    {
        JsonNode spec = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_image, "spouts", Spout, "pipeline.json")))!;
        spec["description"] = description;
        spec["transform"]!["env"] = new JsonObject
        {
            ["Inbox__Folder"] = Path.Combine(_folder, "inbox"),
            ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
        };
        await Pipelines.CreatePipelineV2Async(new() { CreatePipelineRequestJson = spec.ToJsonString(), Update = true });
    }

    private async Task DropAsync(string name)
    {
        string file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(file, name);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
        File.Move(file, Path.Combine(_folder, "inbox", name));
    }

    private async Task ArrivedAsync(SpoutRepo repo, string path)
    {
        using CancellationTokenSource patience = new(Patience);
        Pfs.Repo output = new() { Project = Pipeline.Project, Name = Spout, Type = "user" };
        using AsyncServerStreamingCall<Pfs.CommitInfo> commits = new Pfs.API.APIClient(_channel.Invoker).SubscribeCommit(
            new() { Repo = output, Branch = "master", State = Pfs.CommitState.Finished }, cancellationToken: patience.Token);
        await foreach (Pfs.CommitInfo _ in commits.ResponseStream.ReadAllAsync(patience.Token))
        {
            if ((await repo.ReadFilesAsync(patience.Token)).TryGetValue(path, out byte[]? content))
            {
                Assert.Equal(path[1..], Encoding.UTF8.GetString(content));
                return;
            }
        }
    }

    private async Task<string> SpecCommitAsync() => (await Pipelines.InspectPipelineAsync(new() { Pipeline = Pipeline })).SpecCommit.Id;

    private Process? Running() => Process.GetProcessesByName(Sample).SingleOrDefault(process => process.MainModule?.FileName == Path.Combine(_image, Sample));
}
