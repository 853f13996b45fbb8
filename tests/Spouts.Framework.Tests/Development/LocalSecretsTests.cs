using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Development;

namespace Spouts.Tests.Development;

/// <summary>What a laptop has instead of Kubernetes' secrets.</summary>
public sealed class LocalSecretsTests
{
    [Fact]
    public void A_variable_comes_from_the_configuration_and_the_spec_loses_its_secrets()
    {
        string variable = $"SPOUTS_TEST_{Guid.NewGuid():N}";
        string secret = TestOutput.Secret();

        JsonNode spec = JsonNode.Parse(Secrets((variable, secret)).TakeFrom("clicks", Spec(variable)))!;

        Assert.Equal(secret, Environment.GetEnvironmentVariable(variable));
        Assert.Equal("""{"pipeline":{"name":"clicks"},"transform":{"image":"clicks:1"}}""", spec.ToJsonString());
    }

    [Fact]
    public void A_variable_that_is_set_wins()
    {
        string variable = $"SPOUTS_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, "mine");

        Secrets((variable, "other")).TakeFrom("clicks", Spec(variable));

        Assert.Equal("mine", Environment.GetEnvironmentVariable(variable));
    }

    [Fact]
    public void One_that_is_set_nowhere_says_where_to_set_it()
    {
        SpoutConfigurationException missing = Assert.Throws<SpoutConfigurationException>(() => Secrets().TakeFrom("clicks", Spec("CLICKS_PASSWORD")));

        Assert.Contains("'clicks' needs CLICKS_PASSWORD", missing.Message, StringComparison.Ordinal);
        Assert.Contains("'db'", missing.Message, StringComparison.Ordinal);
        Assert.Contains("dotnet user-secrets set CLICKS_PASSWORD VALUE", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_without_secrets_stays_as_it_is()
    {
        const string spec = """{ "pipeline": { "name": "clicks" }, "transform": { "image": "clicks:1" } }""";

        Assert.Same(spec, Secrets().TakeFrom("clicks", spec));
    }

    private static LocalSecrets Secrets(params (string Name, string Value)[] values) => new(
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(static v => v.Name, static v => (string?)v.Value)).Build(),
        NullLogger<LocalSecrets>.Instance);

    private static string Spec(string variable) =>
        $$"""
        {
          "pipeline": { "name": "clicks" },
          "transform": {
            "image": "clicks:1",
            "secrets": [{ "name": "db", "key": "password", "envVar": "{{variable}}" }, { "name": "tls", "mountPath": "/nowhere/tls" }]
          }
        }
        """;
}
