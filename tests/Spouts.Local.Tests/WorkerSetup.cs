using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Local;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Tests;
using AuthApi = Spouts.Pachyderm.Protos.Auth.API;
using Metadata = Grpc.Core.Metadata;
using PfsApi = Spouts.Pachyderm.Protos.Pfs.API;
using Pipeline = Spouts.Pachyderm.Protos.Pps.Pipeline;
using Project = Spouts.Pachyderm.Protos.Pfs.Project;
using PpsApi = Spouts.Pachyderm.Protos.Pps.API;

namespace Spouts.Local.Tests;

/// <summary>A local pachd that runs spouts' commands, and the calls that its users make.</summary>
internal sealed class WorkerSetup : IDisposable
{
    private static readonly string s_root = TestOutput.Secret();
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-workers-");
    private LocalServer? _server;
    private GrpcChannel? _channel;
    private CallInvoker? _caller;

    public string State => _state.FullName;

    public PpsApi.APIClient Pps => new(_caller);

    public Workers.WorkersClient Workers => new(_caller);

    public async Task StartAsync(params string[] options)
    {
        _server = await LocalServer.StartAsync(State, options.Length == 0 ? ["--workers", "run"] : options);
        _channel = GrpcChannel.ForAddress($"http://{_server.Address}");
        _caller = _channel.CreateCallInvoker();
    }

    /// <summary>Activates auth as pachctl does; from then on all calls are root's.</summary>
    public async Task ActivateAuthAsync()
    {
        await new AuthApi.APIClient(_caller).ActivateAsync(new ActivateRequest { RootToken = s_root });
        _caller = _channel!.Intercept(metadata => As(metadata, s_root));
        await new PfsApi.APIClient(_caller).ActivateAuthAsync(new Spouts.Pachyderm.Protos.Pfs.ActivateAuthRequest());
        await Pps.ActivateAuthAsync(new ActivateAuthRequest());
    }

    /// <summary>Whose token it is.</summary>
    public async Task<string> WhoAsync(string token)
        => (await new AuthApi.APIClient(_channel!.Intercept(metadata => As(metadata, token))).WhoAmIAsync(new WhoAmIRequest())).Username;

    private static Metadata As(Metadata metadata, string token)
    {
        metadata.Add("authn-token", token);
        return metadata;
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _channel!.Dispose();
        _server!.Kill();
    }

    public void Dispose()
    {
        _channel?.Dispose();
        _server?.Dispose();
        _state.Delete(recursive: true);
    }

    public static Pipeline Named(string name) => new() { Project = new Project { Name = "default" }, Name = name };

    /// <summary>Creates a spout that runs a script of bash's.</summary>
    public Task CreateAsync(string name, string script, Action<JsonObject>? change = null, bool update = false)
        => CreateAsync(name, ["bash", "-c", script], change, update);

    public async Task CreateAsync(string name, string[] command, Action<JsonObject>? change = null, bool update = false)
    {
        JsonObject spec = new()
        {
            ["pipeline"] = new JsonObject { ["name"] = name },
            ["transform"] = new JsonObject { ["image"] = "img:1", ["cmd"] = JsonSerializer.SerializeToNode(command) },
            ["spout"] = new JsonObject(),
        };
        change?.Invoke(spec);
        await Pps.CreatePipelineV2Async(new CreatePipelineV2Request { CreatePipelineRequestJson = spec.ToJsonString(), Update = update });
    }

    public async Task<PipelineInfo> InspectAsync(string name) => await Pps.InspectPipelineAsync(new InspectPipelineRequest { Pipeline = Named(name), Details = true });

    public async Task<PipelineInfo> InspectUntilAsync(string name, PipelineState state)
    {
        for (Stopwatch since = Stopwatch.StartNew(); ; await Task.Delay(10))
        {
            PipelineInfo info = await InspectAsync(name);
            if (info.State == state)
                return info;
            if (since.Elapsed > Patience)
                throw new TimeoutException($"{name} is {info.State} ({info.Reason}), and not {state}.");
        }
    }

    /// <summary>The lines that match, as they come.</summary>
    public async IAsyncEnumerable<LogMessage> LinesAsync(GetLogsRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using AsyncServerStreamingCall<LogMessage> logs = Pps.GetLogs(request, cancellationToken: cancellation);
        await foreach (LogMessage line in logs.ResponseStream.ReadAllAsync(cancellation))
            yield return line;
    }

    public async Task<List<string>> LogAsync(GetLogsRequest request)
    {
        List<string> lines = [];
        await foreach (LogMessage line in LinesAsync(request))
            lines.Add(line.Message);
        return lines;
    }

    /// <summary>Follows a worker's log up to a line that begins like this, and answers all up to there.</summary>
    public async Task<List<LogMessage>> FollowUntilAsync(string name, string beginning, bool master = false, int times = 1)
    {
        using CancellationTokenSource patience = new(Patience);
        List<LogMessage> lines = [];
        while (true)
        {
            try
            {
                lines.Clear();
                await foreach (LogMessage line in LinesAsync(new GetLogsRequest { Pipeline = Named(name), Follow = true, Master = master }, patience.Token))
                {
                    lines.Add(line);
                    if (lines.Count(line => line.Message.StartsWith(beginning, StringComparison.Ordinal)) == times)
                        return lines;
                }
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unknown)
            {
                // No pod yet.
                await Task.Delay(10, patience.Token);
            }
            catch (Exception e) when (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"'{beginning}' never came. Its log:\n{string.Join('\n', lines.Select(line => line.Message))}", e);
            }
        }
    }

    /// <summary>Follows a log up to a line like <c>name=123</c>.</summary>
    public async Task<int> FollowUntilPidAsync(string name, string pid)
        => int.Parse((await FollowUntilAsync(name, pid + "="))[^1].Message[(pid.Length + 1)..], provider: null);

    /// <summary>Waits until a process is no more.</summary>
    public static async Task GoneAsync(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (ArgumentException)
        {
            // It has gone already.
        }
    }

    public static bool IsAlive(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
