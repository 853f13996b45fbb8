using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Testing;
using Spouts.Tests;
using AuthApi = Spouts.Pachyderm.Protos.Auth.API;
using PfsApi = Spouts.Pachyderm.Protos.Pfs.API;
using PpsApi = Spouts.Pachyderm.Protos.Pps.API;

namespace Spouts.Samples.Tests.Operating;

/// <summary>A sample's pipeline on a local pachd, and the sample's real program: as its worker, and as its operator from outside.</summary>
internal sealed class OperatedSpout : IDisposable
{
    public const string Name = "disk-report";
    private const string Project = "default";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static string Root { get; } = TestOutput.Secret();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spouts-operated-");
    private string? _token;

    private OperatedSpout(LocalCluster cluster, IReadOnlyDictionary<string, string> worker) => (Cluster, Worker) = (cluster, worker);

    public LocalCluster Cluster { get; }

    /// <summary>The environment of its worker.</summary>
    public IReadOnlyDictionary<string, string> Worker { get; private set; }

    public string Folder => _folder.FullName;

    public string Address => $"grpc://{Cluster.Address.Authority}";

    public static string Program => Path.Combine(SampleProgram.Output("DiskReport"), "DiskReport.dll");

    public static async Task<OperatedSpout> StartAsync(string outputBranch = "master")
    {
        LocalCluster cluster = await LocalCluster.StartAsync();
        return new(cluster, await cluster.CreateSpoutAsync(Name, outputBranch));
    }

    /// <summary>Runs the program to its end, in an environment without anything of Pachyderm's but this.</summary>
    public async Task<Ended> RunAsync(IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> variables, string? stdin = null)
    {
        using Process process = Start(arguments, variables);
        if (stdin is not null)
            await process.StandardInput.WriteAsync(stdin);
        process.StandardInput.Close();
        using CancellationTokenSource patience = new(Patience);
        Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
        string output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        TestOutput.Keep(output + await error);
        return new(process.ExitCode, output, await error);
    }

    public Process Start(IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> variables)
    {
        ProcessStartInfo info = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        info.ArgumentList.Add(Program);
        foreach (string argument in arguments)
            info.ArgumentList.Add(argument);
        info.Environment["HOME"] = Folder;
        info.Environment["TMPDIR"] = Folder;
        foreach ((string name, string value) in variables)
            info.Environment[name] = value;
        TestOutput.Plant(info);
        return Process.Start(info)!;
    }

    /// <summary>As an operator, from outside, at an address.</summary>
    public Task<Ended> OperateAsync(params string[] arguments) => RunAsync(arguments, [new("PACHD_ADDRESS", Address)]);

    /// <summary>As an operator with a context of a pachctl config.</summary>
    public Task<Ended> OperateInAsync(JsonObject context, params string[] arguments)
    {
        string path = Path.Combine(Folder, "config.json");
        JsonObject config = new() { ["v2"] = new JsonObject { ["active_context"] = "mine", ["contexts"] = new JsonObject { ["mine"] = context.DeepClone() } } };
        File.WriteAllText(path, config.ToJsonString());
        return RunAsync([.. arguments, "--context", "mine"], [new("PACH_CONFIG", path)]);
    }

    /// <summary>As its worker.</summary>
    public Task<Ended> WorkAsync(params string[] arguments) => RunAsync(arguments, Worker);

    /// <summary>As its worker, with other variables.</summary>
    public Task<Ended> WorkAsync(string[] arguments, params (string Name, string Value)[] changed) =>
        RunAsync(arguments, Worker.Concat(changed.Select(static c => KeyValuePair.Create(c.Name, c.Value))));

    /// <summary>Publishes a file as its worker, with a cursor.</summary>
    public async Task<string> PutAsync(string path, string text, int cursor)
    {
        Ended put = await RunAsync(["put", "file", "-f", "-", path, "--cursor", $$"""{"at":{{cursor}}}""", "--json"], Worker, text);
        Assert.True(put.ExitCode == 0, put.Error);
        return JsonDocument.Parse(put.Output).RootElement.GetProperty("commit").GetString()!;
    }

    /// <summary>The cursor that <see cref="PutAsync"/> has set, as <c>state show</c> prints it.</summary>
    public async Task<int?> CursorAsync()
    {
        Ended shown = await OperateAsync("state", "show", "--json");
        Assert.True(shown.ExitCode == 0, shown.Error);
        JsonElement sources = JsonDocument.Parse(shown.Output).RootElement.GetProperty("sources");
        return sources.TryGetProperty("put-file", out JsonElement source) && source.TryGetProperty("cursor", out JsonElement cursor)
            ? cursor.GetProperty("at").GetInt32()
            : null;
    }

    public async Task<bool> IsStoppedAsync()
    {
        using PachydermChannel channel = Connect();
        return (await new PipelineControl(channel.Invoker, Project, Name).InspectAsync(CancellationToken.None)).Stopped;
    }

    public async Task StopAsync()
    {
        using PachydermChannel channel = Connect();
        await new PipelineControl(channel.Invoker, Project, Name).StopAsync(CancellationToken.None);
    }

    public async Task StartAgainAsync()
    {
        using PachydermChannel channel = Connect();
        await new PipelineControl(channel.Invoker, Project, Name).StartAsync(CancellationToken.None);
    }

    public async Task DeleteAsync()
    {
        using PachydermChannel channel = Connect();
        await new PpsApi.APIClient(channel.Invoker).DeletePipelineAsync(
            new() { Pipeline = new() { Project = new() { Name = Project }, Name = Name }, Force = true });
    }

    /// <summary>Opens a commit as its worker does, with a description.</summary>
    public async Task<string> OpenCommitAsync(string description)
    {
        WorkerEnvironment worker = WorkerEnvironment.From(Worker.GetValueOrDefault);
        using PachydermChannel channel = new(worker.Sidecar, worker.Token);
        return await new OutputRepo(channel.Invoker, Project, Name, "master").StartAsync(description, CancellationToken.None);
    }

    public async Task FinishCommitAsync(string id, string description)
    {
        using PachydermChannel channel = Connect();
        OutputRepo repo = new(channel.Invoker, Project, Name, "master");
        await repo.FinishAsync(id, description, CancellationToken.None);
        Assert.NotNull(await repo.WaitFinishedAsync(id, Patience, CancellationToken.None));
    }

    /// <summary>Activates auth as pachctl does; the worker gets its token with the next version of the pipeline.</summary>
    /// <returns>A robot's token.</returns>
    public async Task<string> ActivateAuthAsync(string robot)
    {
        using (PachydermChannel channel = Connect())
            await new AuthApi.APIClient(channel.Invoker).ActivateAsync(new ActivateRequest { RootToken = Root });
        _token = Root;
        using PachydermChannel root = Connect();
        await new PfsApi.APIClient(root.Invoker).ActivateAuthAsync(new Spouts.Pachyderm.Protos.Pfs.ActivateAuthRequest());
        await new PpsApi.APIClient(root.Invoker).ActivateAuthAsync(new ActivateAuthRequest());
        string token = (await new AuthApi.APIClient(root.Invoker).GetRobotTokenAsync(new GetRobotTokenRequest { Robot = robot })).Token;
        TestOutput.Plant(token);
        return token;
    }

    public async Task GrantAsync(string principal, string role)
    {
        using PachydermChannel root = Connect();
        ModifyRoleBindingRequest request = new()
        {
            Resource = new() { Type = ResourceType.Repo, Name = $"{Project}/{Name}" },
            Principal = principal,
        };
        request.Roles.Add(role);
        await new AuthApi.APIClient(root.Invoker).ModifyRoleBindingAsync(request);
    }

    public PachydermChannel Connect() => new(Cluster.Address, _token);

    public SpoutRepo Open() => Cluster.OpenRepo(Name);

    public void Dispose()
    {
        Cluster.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>How a process ended, and what it said.</summary>
    internal sealed record Ended(int ExitCode, string Output, string Error)
    {
        public string LastLine => Error.TrimEnd().Split('\n')[^1];
    }
}
