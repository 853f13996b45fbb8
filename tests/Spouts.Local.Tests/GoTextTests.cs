using Spouts.Local.Core.Pipelines;
using Xunit;

namespace Spouts.Local.Tests;

public class GoTextTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(12, "1.2µs")]
    [InlineData(123_400, "12.34ms")]
    [InlineData(10_000_000, "1s")]
    [InlineData(15_000_000, "1.5s")]
    [InlineData(600_000_000, "1m0s")]
    [InlineData(936_000_000_001, "26h0m0.0000001s")]
    public void Lengths_of_time_are_printed_as_in_go(long ticks, string text) => Assert.Equal(text, GoText.Duration(ticks));

    [Theory]
    [InlineData(0, "1970-01-01 00:00:00 +0000 UTC")]
    [InlineData(15_000_000, "1970-01-01 00:00:01.5 +0000 UTC")]
    public void Times_are_printed_as_in_go(long ticks, string text) => Assert.Equal(text, GoText.Time(ticks));
}
