using Spouts.Local.Pods;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>Amounts are written as Kubernetes writes them.</summary>
public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", "0", "0")]
    [InlineData("1.000000", "1", "1.000000")]
    [InlineData("0.500000", "500m", "0.500000")]
    [InlineData("2.500000", "2500m", "2.500000")]
    [InlineData("64M", "64M", "64000000")]
    [InlineData("256Mi", "256Mi", "268435456")]
    [InlineData("1024Mi", "1Gi", "1073741824")]
    [InlineData("1.5Gi", "1536Mi", "1610612736.000000000")]
    [InlineData("1000k", "1M", "1000000")]
    [InlineData("1e3", "1e3", "1000")]
    [InlineData("100", "100", "100")]
    [InlineData("1000", "1k", "1000")]
    [InlineData("0.0000000001", "1n", "0.000000001")]
    [InlineData("-1.000000", "-1", "-1.000000")]
    public void An_amount_is_written_in_its_shortest_form(string text, string canonical, string plain)
    {
        Assert.True(Quantity.TryParse(text, out Quantity? quantity));
        Assert.Equal(canonical, quantity.ToString());
        Assert.Equal(plain, quantity.Plain());
    }

    [Theory]
    [InlineData("")]
    [InlineData("lots")]
    [InlineData("1Q")]
    [InlineData("1 Gi")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    public void What_is_no_amount_is_not_read(string text) => Assert.False(Quantity.TryParse(text, out _));
}
