using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Local;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Tests;
using Xunit;
using AuthApi = Spouts.Pachyderm.Protos.Auth.API;
using File = System.IO.File;
using Metadata = Grpc.Core.Metadata;
using PfsApi = Spouts.Pachyderm.Protos.Pfs.API;

namespace Spouts.Local.Tests;

/// <summary>The program as a person gets it and uses it: as a tool, from pachctl, from another machine.</summary>
public sealed class UseTests : IDisposable
{
    private static readonly string s_token = TestOutput.Secret();
    private static readonly Metadata s_root = new() { { "authn-token", s_token } };
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("spouts-use-");

    private string State => Path.Combine(_directory.FullName, "state");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_context_for_pachctl_is_added_to_what_is_there()
    {
        string config = Path.Combine(_directory.FullName, "config.json");
        await File.WriteAllTextAsync(config, """{"user_id": "me", "v2": {"active_context": "work", "contexts": {"work": {"pachd_address": "grpc://10.0.0.1:30650"}}, "metrics": false}}""");
        using LocalServer server = await LocalServer.StartAsync(State);
        (int code, string output) = await LocalServer.RunAsync("context", "--state", State, "--config", config);
        Assert.Equal(0, code);
        Assert.Contains("pachctl config set active-context work", output, StringComparison.Ordinal);
        JsonNode written = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
        Assert.Equal("me", (string?)written["user_id"]);
        Assert.Equal("spouts-local", (string?)written["v2"]!["active_context"]);
        Assert.Equal($"grpc://{server.Address}", (string?)written["v2"]!["contexts"]!["spouts-local"]!["pachd_address"]);
        Assert.Equal("grpc://10.0.0.1:30650", (string?)written["v2"]!["contexts"]!["work"]!["pachd_address"]);
    }

    [Fact]
    public async Task A_configuration_that_is_no_json_is_left_alone()
    {
        string config = Path.Combine(_directory.FullName, "config.json");
        await File.WriteAllTextAsync(config, "v2:\n  metrics: false\n");
        using LocalServer server = await LocalServer.StartAsync(State);
        (int code, string output) = await LocalServer.RunAsync("context", "--state", State, "--config", config);
        Assert.Equal(78, code);
        Assert.Contains($"pachctl connect grpc://{server.Address}", output, StringComparison.Ordinal);
        Assert.Equal("v2:\n  metrics: false\n", await File.ReadAllTextAsync(config));
    }

    [Fact]
    public async Task A_context_replaces_an_active_one_that_is_no_name()
    {
        string config = Path.Combine(_directory.FullName, "config.json");
        await File.WriteAllTextAsync(config, """{"v2": {"active_context": 7}}""");
        using LocalServer server = await LocalServer.StartAsync(State);
        (int code, string output) = await LocalServer.RunAsync("context", "--state", State, "--config", config);
        Assert.True(code == 0, output);
        Assert.Equal("spouts-local", (string?)JsonNode.Parse(await File.ReadAllTextAsync(config))!["v2"]!["active_context"]);
    }

    [Fact]
    public async Task What_the_store_knows_of_secrets_is_its_owners()
    {
        using LocalServer server = await LocalServer.StartAsync(State);
        foreach (string file in Directory.GetFiles(State, "pachd.db*"))
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task No_context_is_written_for_a_store_that_nobody_serves()
    {
        string config = Path.Combine(_directory.FullName, "config.json");
        (await LocalServer.StartAsync(State)).Dispose();
        (int code, string output) = await LocalServer.RunAsync("context", "--state", State, "--config", config);
        Assert.Equal(75, code);
        Assert.Contains("spouts-local start", output, StringComparison.Ordinal);
        Assert.False(File.Exists(config));
    }

    [Fact]
    public async Task It_does_not_listen_beyond_loopback_without_auth()
    {
        (int code, string output) = await LocalServer.RunAsync("start", "--state", State, "--listen", "0.0.0.0");
        Assert.Equal(77, code);
        Assert.Contains("pachctl auth activate", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_another_machine_one_needs_a_token_and_gets_none()
    {
        using (LocalServer server = await LocalServer.StartAsync(State))
        using (GrpcChannel channel = GrpcChannel.ForAddress($"http://{server.Address}"))
        {
            await new AuthApi.APIClient(channel).ActivateAsync(new ActivateRequest { RootToken = s_token });
            await new PfsApi.APIClient(channel).ActivateAuthAsync(new Pachyderm.Protos.Pfs.ActivateAuthRequest(), s_root);
        }

        using LocalServer open = await LocalServer.StartAsync(State, "--workers", "attach", "--listen", "0.0.0.0");
        using GrpcChannel far = GrpcChannel.ForAddress($"http://{OwnAddress()}:{new Uri($"http://{open.Address}").Port}");
        PfsApi.APIClient pfs = new(far);
        RpcException stranger = await Assert.ThrowsAsync<RpcException>(() => pfs.InspectProjectAsync(new InspectProjectRequest { Project = new Project { Name = "default" } }).ResponseAsync);
        Assert.Equal(StatusCode.Unauthenticated, stranger.StatusCode);
        Assert.Equal("default", (await pfs.InspectProjectAsync(new InspectProjectRequest { Project = new Project { Name = "default" } }, s_root)).Project.Name);

        using AsyncServerStreamingCall<WorkerEnvironment> attach = new Workers.WorkersClient(far).Attach(new AttachRequest { Pipeline = "s" }, s_root);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => attach.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        RpcException kept = await Assert.ThrowsAsync<RpcException>(() => new AuthApi.APIClient(far).DeactivateAsync(new DeactivateRequest(), s_root).ResponseAsync);
        Assert.Equal(StatusCode.FailedPrecondition, kept.StatusCode);
    }

    [Fact]
    public async Task It_installs_as_a_tool()
    {
        string project = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Spouts.Local"));
        string feed = Path.Combine(_directory.FullName, "feed"), tools = Path.Combine(_directory.FullName, "tools");
        await RunAsync("dotnet", "pack", project, "--no-build", "--configuration", Configuration, "-p:Version=0.0.1-test", "--output", feed);
        await RunAsync("dotnet", "tool", "install", "spouts-local", "--version", "0.0.1-test", "--tool-path", tools, "--source", feed);

        string tool = Path.Combine(tools, "spouts-local");
        ProcessStartInfo start = new(tool, ["start", "--state", State, "--until-stdin-closes"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process running = Process.Start(start)!;
        string address = (string)JsonNode.Parse((await running.StandardOutput.ReadLineAsync())!)!["address"]!;
        Assert.Contains(address, await RunAsync(tool, "status", "--state", State), StringComparison.Ordinal);
        running.StandardInput.Close();
        await running.WaitForExitAsync();
        Assert.Contains("is sound", await RunAsync(tool, "fsck", "--state", State), StringComparison.Ordinal);
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    // One that is not loopback, so that the server sees a peer from elsewhere.
    private static IPAddress OwnAddress()
        => NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .First(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{output}");
        return output;
    }
}
