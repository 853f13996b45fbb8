using Spouts.Commands;
using Spouts.Operating;

namespace Spouts.Tests.Operating;

/// <summary>Which cluster a pachctl config means, and what is said where it means none.</summary>
public sealed class EntranceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spouts-config-");

    private string Config => Path.Combine(_folder.FullName, "config.json");

    [Fact]
    public void A_context_says_address_token_and_project()
    {
        Entrance entrance = InContext("""{"pachd_address":"grpcs://pachd:443","session_token":"t0k","project":"web","source":2,"namespace":"x"}""");

        Assert.Equal("https://pachd/", entrance.Connection.Address.ToString());
        Assert.Equal("t0k", entrance.Connection.Token);
        Assert.Equal("web", entrance.Project);
        Assert.Equal($"the context 'mine' of {Config}", entrance.Origin);
    }

    [Fact]
    public void A_port_forward_that_runs_is_an_address() =>
        Assert.Equal("http://localhost:30777/", InContext("""{"port_forwarders":{"pachd":30777}}""").Connection.Address.ToString());

    [Fact]
    public void An_address_alone_goes_with_the_token_of_the_active_context()
    {
        Write("""{"v2":{"active_context":"mine","contexts":{"mine":{"pachd_address":"elsewhere","session_token":"t0k"},"other":{"session_token":"0ther"}}}}""");

        Entrance entrance = At("grpc://pachd:1650");
        Assert.Equal(("http://pachd:1650/", "t0k"), (entrance.Connection.Address.ToString(), entrance.Connection.Token));
        Assert.Equal("0ther", At("grpc://pachd:1650", ("PACH_CONTEXT", "other")).Connection.Token);
    }

    [Fact]
    public void An_address_alone_needs_no_config()
    {
        Entrance entrance = Entrance.ToCluster(
            Variables(("PACHD_ADDRESS", "pachd")), new ProgramOptions(Verb.Doctor, Json: false, Context: null));

        Assert.Equal("http://pachd:30650/", entrance.Connection.Address.ToString());
    }

    [Theory]
    [InlineData("""{"v2":{"contexts":{"prod":{},"dev":{}}}}""", "has no context 'mine'; it has: dev, prod")]
    [InlineData("""{"v2":{}}""", "has no contexts, and so none that is called 'mine'")]
    [InlineData("""{"v2":{"contexts":{"mine":{}}}}""", "has no pachd_address")]
    [InlineData("""{"v2":{"contexts":{"mine":{"pachd_address":"ftp://pachd"}}}}""", "'ftp' is not one of")]
    [InlineData("""{"v2":{"contexts":{"mine":{"pachd_address":"grpcs://pachd","server_cas":"%%%"}}}}""", "server_cas that cannot be read")]
    [InlineData("""{"v2":{"contexts":{"mine":{"pachd_address":"grpcs://pachd","server_cas":"aGVsbG8="}}}}""", "no certificate is in it")]
    [InlineData("""{"v2":{"contexts":{"mine":{"pachd_address":"grpc://pachd","server_cas":"aGVsbG8="}}}}""", "is without TLS")]
    [InlineData("v2: {}", "cannot be read")]
    [InlineData("{}", "cannot be read")]
    public void What_is_wrong_with_a_config_is_said(string config, string said)
    {
        Write(config);

        SpoutConfigurationException refused = Assert.Throws<SpoutConfigurationException>(InContext);

        Assert.Contains(Config, refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_that_is_missing_is_named() =>
        Assert.Contains($"{Config} cannot be read", Assert.Throws<SpoutConfigurationException>(InContext).Message, StringComparison.Ordinal);

    [Fact]
    public void Certificates_that_cannot_be_read_are_named()
    {
        Write("""{"v2":{}}""");

        SpoutConfigurationException refused = Assert.Throws<SpoutConfigurationException>(() => At("grpcs://pachd", ("PACH_CA_CERTS", "/does/not/exist.pem")));

        Assert.Contains("PACH_CA_CERTS names /does/not/exist.pem", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string config) => File.WriteAllText(Config, config);

    private Entrance InContext(string context)
    {
        Write("{\"v2\":{\"contexts\":{\"mine\":" + context + "}}}");
        return InContext();
    }

    private Entrance InContext() =>
        Entrance.ToCluster(Variables(("PACH_CONFIG", Config)), new ProgramOptions(Verb.Doctor, Json: false, Context: "mine"));

    private Entrance At(string address, params (string Name, string Value)[] variables) => Entrance.ToCluster(
        Variables([("PACH_CONFIG", Config), ("PACHD_ADDRESS", address), .. variables]), new ProgramOptions(Verb.Doctor, Json: false, Context: null));

    private static Func<string, string?> Variables(params (string Name, string Value)[] set) =>
        name => set.FirstOrDefault(variable => variable.Name == name).Value;
}
