using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Spouts.Tests;

namespace Spouts.Samples.Tests.Operating;

/// <summary>What <c>doctor</c> finds when one thing is wrong, with real servers, and what <c>run</c> says of the same.</summary>
public sealed class DoctorTests
{
    private static readonly string[] Checks =
        ["config", "address", "tls", "door", "server", "token", "repo", "branch", "permissions", "head", "clock", "ledger"];

    [Fact]
    public async Task All_is_well_from_outside_and_in_a_worker()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.PutAsync("/a", "1", cursor: 1);

        foreach (OperatedSpout.Ended examined in (OperatedSpout.Ended[])[await spout.OperateAsync("doctor"), await spout.WorkAsync("doctor")])
        {
            Assert.True(examined.ExitCode == 0, examined.Output);
            Assert.Equal(Checks, examined.Output.TrimEnd().Split('\n').Select(line => line.Split(':')[0].Split(' ')[^1]));
            Assert.All(examined.Output.TrimEnd().Split('\n'), line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Machines_get_a_line_of_JSON_for_each_check()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.DeleteAsync();

        OperatedSpout.Ended examined = await spout.OperateAsync("doctor", "--json");

        JsonElement[] lines = [.. examined.Output.TrimEnd().Split('\n').Select(static line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(Checks.TakeWhile(static check => check != "branch"), lines.Select(static line => line.GetProperty("check").GetString()));
        Assert.True(lines[0].GetProperty("ok").GetBoolean());
        Assert.False(lines[^1].GetProperty("ok").GetBoolean());
        Assert.Equal("disk-report", lines[^1].GetProperty("spout").GetString());
        Assert.Contains("pachctl create pipeline -f spouts/disk-report/pipeline.json", lines[^1].GetProperty("cure").GetString(), StringComparison.Ordinal);
        Assert.Equal(64, examined.ExitCode);
    }

    [Fact]
    public async Task No_server()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();

        OperatedSpout.Ended examined = await spout.RunAsync(["doctor"], [new("PACHD_ADDRESS", $"localhost:{Loopback.FreePort()}")]);

        Assert.Equal(69, examined.ExitCode);
        AssertWrong(examined, "address", "nobody listens there", "check the port");
    }

    [Fact]
    public async Task No_such_host()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();

        OperatedSpout.Ended examined = await spout.RunAsync(["doctor"], [new("PACHD_ADDRESS", "pachd.invalid")]);

        Assert.Equal(64, examined.ExitCode);
        AssertWrong(examined, "address", "no such host", "check the address");
    }

    [Fact]
    public async Task No_such_context()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        string config = Path.Combine(spout.Folder, "config.json");
        await File.WriteAllTextAsync(config, """{"v2":{"contexts":{"dev":{},"prod":{}}}}""");

        OperatedSpout.Ended examined = await spout.RunAsync(["doctor", "--context", "stage"], [new("PACH_CONFIG", config)]);

        Assert.Equal(64, examined.ExitCode);
        AssertWrong(examined, "config", "has no context 'stage'; it has: dev, prod", "as it says");
    }

    [Fact]
    public async Task The_port_of_a_web_server()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await using FrontDoor web = await FrontDoor.StartAsync(spout.Cluster.Address, protocols: HttpProtocols.Http1);

        OperatedSpout.Ended examined = await spout.RunAsync(["doctor"], [new("PACHD_ADDRESS", $"localhost:{web.Port}")]);
        OperatedSpout.Ended ran = await spout.WorkAsync(["once"], ("PEER_PORT", $"{web.Port}"));

        Assert.Equal(64, examined.ExitCode);
        AssertWrong(examined, "address", "does not speak gRPC like this", "use pachd's gRPC port");
        Assert.Equal(64, ran.ExitCode);
        Assert.Contains("PEER_PORT must be the port of this worker's sidecar", ran.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TLS_with_the_authority_of_the_context()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.PutAsync("/a", "1", cursor: 7);
        (var certificate, string authority) = FrontDoor.Certificates();
        using (certificate)
        {
            await using FrontDoor door = await FrontDoor.StartAsync(spout.Cluster.Address, certificate);
            JsonObject context = new()
            {
                ["pachd_address"] = $"grpcs://localhost:{door.Port}",
                ["server_cas"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority)),
            };

            OperatedSpout.Ended examined = await spout.OperateInAsync(context, "doctor");
            Assert.True(examined.ExitCode == 0, examined.Output + examined.Error);
            Assert.Contains("tls: the connection is encrypted", examined.Output, StringComparison.Ordinal);
            OperatedSpout.Ended set = await spout.OperateInAsync(context, "state", "set", "put-file", """{"at":8}""", "--yes");
            Assert.True(set.ExitCode == 0, set.Error);
            Assert.Equal(8, await spout.CursorAsync());
            OperatedSpout.Ended rehearsed = await spout.OperateInAsync(context, "dry-run");
            Assert.True(rehearsed.ExitCode == 0, rehearsed.Error);
            Assert.Contains("disk-report/Measure  would replace  /", rehearsed.Output, StringComparison.Ordinal);

            // Another name than the certificate's, an authority that nobody knows, and no TLS at all.
            context["pachd_address"] = $"grpcs://127.0.0.1:{door.Port}";
            AssertWrong(await spout.OperateInAsync(context, "doctor"), "tls", "certificate is not trusted", "the host name that the certificate is made out to");
            context["pachd_address"] = $"grpcs://localhost:{door.Port}";
            context.Remove("server_cas");
            AssertWrong(await spout.OperateInAsync(context, "doctor"), "tls", "certificate is not trusted", "server_cas");
            context["pachd_address"] = $"grpc://localhost:{door.Port}";
            AssertWrong(await spout.OperateInAsync(context, "doctor"), "address", "does not speak gRPC like this", "grpcs://");
        }
    }

    [Fact]
    public async Task TLS_where_none_is_spoken()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();

        OperatedSpout.Ended examined = await spout.RunAsync(["doctor"], [new("PACHD_ADDRESS", $"grpcs://{spout.Cluster.Address.Authority}")]);

        Assert.Equal(64, examined.ExitCode);
        AssertWrong(examined, "tls", "does not speak TLS", "grpc://");
    }

    [Fact]
    public async Task The_wrong_door()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();

        OperatedSpout.Ended outside = await spout.RunAsync(["doctor"], [new("PACHD_ADDRESS", $"localhost:{spout.Worker["PEER_PORT"]}")]);
        OperatedSpout.Ended inside = await spout.WorkAsync(["doctor"], ("PEER_PORT", $"{spout.Cluster.Address.Port}"));
        OperatedSpout.Ended ran = await spout.WorkAsync(["once"], ("PEER_PORT", $"{spout.Cluster.Address.Port}"));

        AssertWrong(outside, "door", "the sidecar of a worker and not pachd", "use the address of pachd");
        AssertWrong(inside, "door", "pachd itself and not the sidecar", "let PEER_PORT be the sidecar's port");
        Assert.Equal(64, ran.ExitCode);
        Assert.Contains("check that PEER_PORT is the sidecar's port, not pachd's", ran.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_and_permissions()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        string robot = await spout.ActivateAuthAsync("looker");
        JsonObject context = new() { ["pachd_address"] = spout.Address };

        AssertWrong(await spout.OperateInAsync(context, "doctor"), "token", "has no token", "pachctl auth login");
        context["session_token"] = TestOutput.Secret();
        AssertWrong(await spout.OperateInAsync(context, "doctor"), "token", "does not know the token", "pachctl auth login");
        context["session_token"] = robot;
        AssertWrong(await spout.OperateInAsync(context, "doctor"), "permissions", "robot:looker may not read", "pachctl auth set repo disk-report repoReader robot:looker");
        await spout.GrantAsync("robot:looker", "repoReader");
        OperatedSpout.Ended examined = await spout.OperateInAsync(context, "doctor");
        Assert.True(examined.ExitCode == 0, examined.Output);
        Assert.Contains("permissions: robot:looker may read default/disk-report, not write", examined.Output, StringComparison.Ordinal);
        OperatedSpout.Ended refused = await spout.OperateInAsync(context, "state", "reset", "--yes");
        Assert.Equal(64, refused.ExitCode);
        Assert.Contains("not authorized", refused.LastLine, StringComparison.Ordinal);
        Assert.Contains("pachctl auth set repo disk-report repoWriter robot:looker --project default", refused.LastLine, StringComparison.Ordinal);
        context["session_token"] = OperatedSpout.Root;
        Assert.Equal(0, (await spout.OperateInAsync(context, "state", "reset", "--yes")).ExitCode);
    }

    [Theory]
    [InlineData(false, 64, "nobody gave this program a token")]
    [InlineData(true, 77, "The token was revoked")]
    public async Task A_worker_without_a_token_that_is_known(bool hasToken, int code, string said)
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.ActivateAuthAsync("looker");
        JsonObject context = new() { ["pachd_address"] = "localhost:1653" };
        if (hasToken)
            context["session_token"] = TestOutput.Secret();
        string config = Path.Combine(spout.Folder, "worker.json");
        await File.WriteAllTextAsync(config, new JsonObject
        {
            ["v2"] = new JsonObject { ["active_context"] = "default", ["contexts"] = new JsonObject { ["default"] = context } },
        }.ToJsonString());

        OperatedSpout.Ended ran = await spout.WorkAsync(["once"], ("PACH_CONFIG", config));

        Assert.Equal(code, ran.ExitCode);
        Assert.Contains(said, ran.LastLine, StringComparison.Ordinal);
        AssertWrong(await spout.WorkAsync(["doctor"], ("PACH_CONFIG", config)), "token", "", "pachctl update pipeline");
    }

    [Fact]
    public async Task A_pipeline_that_is_stopped_or_gone()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        await spout.StopAsync();
        AssertWrong(await spout.OperateAsync("doctor"), "repo", "is stopped", "pachctl start pipeline disk-report");
        OperatedSpout.Ended stopped = await spout.WorkAsync("put", "file", "-f", "/etc/hostname");
        Assert.Equal(77, stopped.ExitCode);
        Assert.Contains("pachctl start pipeline disk-report --project default", stopped.LastLine, StringComparison.Ordinal);
        await spout.DeleteAsync();

        OperatedSpout.Ended ran = await spout.OperateAsync("dry-run");

        AssertWrong(await spout.OperateAsync("doctor"), "repo", "there is no pipeline default/disk-report", "pachctl create pipeline");
        Assert.Equal(64, ran.ExitCode);
        Assert.Contains("There is no such repo", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_output_branch()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync(outputBranch: "raw");

        OperatedSpout.Ended ran = await spout.WorkAsync("once");

        AssertWrong(await spout.OperateAsync("doctor"), "branch", "output branch is 'raw', the program's 'master'", "OutputBranch");
        Assert.Equal(64, ran.ExitCode);
        Assert.Contains("or the pipeline has another one: pachctl list branch", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_read()
    {
        using OperatedSpout spout = await OperatedSpout.StartAsync();
        string commit = await spout.OpenCommitAsync("");
        await spout.FinishCommitAsync(commit, "spouts/2 #1 {}");

        AssertWrong(await spout.OperateAsync("doctor"), "ledger", "a ledger of a newer version", "as it says");
    }

    private static void AssertWrong(OperatedSpout.Ended examined, string check, string text, string cure)
    {
        string wrong = Assert.Single(examined.Output.TrimEnd().Split('\n'), static line => line.StartsWith("wrong: ", StringComparison.Ordinal));
        Assert.Matches($"^wrong: (disk-report )?{check}: ", wrong);
        Assert.True(wrong.Contains(text, StringComparison.Ordinal), wrong);
        Assert.Contains("; do: ", wrong, StringComparison.Ordinal);
        Assert.Contains(cure, wrong[wrong.IndexOf("; do: ", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.NotEqual(0, examined.ExitCode);
    }
}
