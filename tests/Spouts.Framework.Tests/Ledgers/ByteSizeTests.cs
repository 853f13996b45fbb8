using Spouts.Ledgers;

namespace Spouts.Tests.Ledgers;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(999_949, "999.9 kB")]
    [InlineData(999_950, "1.0 MB")]
    [InlineData(2_000_000_000, "2.0 GB")]
    [InlineData(long.MaxValue, "9.2 EB")]
    public void Sizes_read_as_people_write_them(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));
}
