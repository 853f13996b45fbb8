using Spouts.Pachyderm;

namespace Spouts.Tests.Pachyderm;

public sealed class WorkerEnvironmentTests
{
    [Fact]
    public void The_target_is_what_the_worker_says_and_never_the_project_of_the_config()
    {
        string config = Config("""{"v2":{"active_context":"default","contexts":{"default":{"pachd_address":"localhost:1653","session_token":"t0k","project":"default"}}}}""");

        WorkerEnvironment worker = WorkerEnvironment.From(Variables(("PACH_CONFIG", config)));

        Assert.Equal("web", worker.Project);
        Assert.Equal("clicks", worker.Pipeline);
        Assert.Equal("5bec", worker.SpecCommit);
        Assert.Equal("http://localhost:1653/", worker.Sidecar.ToString());
        Assert.Equal("t0k", worker.Token);
    }

    [Fact]
    public void Without_auth_there_is_no_token()
    {
        string config = Config("""{"v2":{"active_context":"default","contexts":{"default":{"pachd_address":"localhost:1653"}}}}""");

        Assert.Null(WorkerEnvironment.From(Variables(("PACH_CONFIG", config))).Token);
    }

    [Theory]
    [InlineData("PPS_PIPELINE_NAME", "", "PPS_PIPELINE_NAME is not set")]
    [InlineData("PPS_SPEC_COMMIT", "", "PPS_SPEC_COMMIT is not set")]
    [InlineData("PEER_PORT", "seven", "PEER_PORT is 'seven'")]
    [InlineData("PEER_PORT", "0", "PEER_PORT is '0'")]
    [InlineData("PACH_CONFIG", "/does/not/exist.json", "/does/not/exist.json cannot be read")]
    public void What_is_missing_is_named(string variable, string value, string message)
    {
        SpoutConfigurationException refused = Assert.Throws<SpoutConfigurationException>(
            () => WorkerEnvironment.From(Variables((variable, value))));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    private static string Config(string json)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("spouts-").FullName, "config.json");
        File.WriteAllText(path, json);
        return path;
    }

    private static Func<string, string?> Variables(params (string Name, string Value)[] set)
    {
        Dictionary<string, string> all = new()
        {
            ["PPS_PROJECT_NAME"] = "web",
            ["PPS_PIPELINE_NAME"] = "clicks",
            ["PPS_SPEC_COMMIT"] = "5bec",
            ["PEER_PORT"] = "1653",
        };
        foreach ((string name, string value) in set)
            all[name] = value;
        return all.GetValueOrDefault;
    }
}
