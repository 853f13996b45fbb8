using Spouts.Pachyderm;

namespace Spouts.Tests.Pachyderm;

public sealed class PachdAddressTests
{
    [Theory]
    [InlineData("pachd", "http://pachd:30650/")]
    [InlineData("pachd:1650", "http://pachd:1650/")]
    [InlineData("grpc://pachd.example.org", "http://pachd.example.org:30650/")]
    [InlineData("http://10.0.0.1:80", "http://10.0.0.1/")]
    [InlineData("http://10.0.0.1", "http://10.0.0.1:30650/")]
    [InlineData("grpcs://pachd:443", "https://pachd/")]
    [InlineData("https://pachd/", "https://pachd:30650/")]
    [InlineData("grpc://[::1]:30650", "http://[::1]:30650/")]
    public void It_is_read_as_pachctl_does(string text, string uri) => Assert.Equal(uri, PachdAddress.Parse(text, "It").ToString());

    [Theory]
    [InlineData("unix:///run/pachd.sock", "'unix' is not one of")]
    [InlineData("", "no host")]
    [InlineData("grpc://", "no host")]
    [InlineData("pachd:0", "a port that cannot be")]
    [InlineData("pachd:99999", "a port that cannot be")]
    [InlineData("grpc://pachd:30650/v1", "only a host and a port")]
    [InlineData("grpc://me@pachd:30650", "only a host and a port")]
    [InlineData("grpc://pachd:30650?x=1", "only a host and a port")]
    public void What_is_none_is_refused_with_its_reason(string text, string why)
    {
        SpoutConfigurationException refused = Assert.Throws<SpoutConfigurationException>(() => PachdAddress.Parse(text, "PACHD_ADDRESS"));

        Assert.StartsWith($"PACHD_ADDRESS has the address '{text}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }
}
