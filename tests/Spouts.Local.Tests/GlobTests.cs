using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Xunit;

namespace Spouts.Local.Tests;

public sealed class GlobTests
{
    [Theory]
    [InlineData("/*", "/a,/b.txt,/.h", "/a/b,/")]
    [InlineData("/**", "/a,/a/b/c", "/")]
    [InlineData("/a?", "/ab", "/a,/a/,/abc")]
    [InlineData("/[!a]*", "/b,/bc", "/a,/ab")]
    [InlineData("/{a,b/c}", "/a,/b/c", "/b,/c")]
    [InlineData("/@(a|b).txt", "/a.txt,/b.txt", "/ab.txt,/.txt")]
    [InlineData("/!(a|b)", "/c,/ab,/", "/a,/b")]
    [InlineData("/+(ab)", "/ab,/abab", "/a,/")]
    [InlineData("/c.!(txt)", "/c.log", "/c.txt")]
    [InlineData("/a.b", "/a.b", "/axb")]
    [InlineData("/{a", "/a", "/{a")]
    [InlineData("/\\a", "", "/a,/\\a")]
    public void A_glob_matches_what_the_real_server_matches(string pattern, string matching, string others)
    {
        Glob glob = new(pattern);
        foreach (string path in matching.Split(',', StringSplitOptions.RemoveEmptyEntries).Where(path => path != "/" || pattern == "/"))
            Assert.True(glob.Matches(path), $"{pattern} should match {path}");
        foreach (string path in others.Split(','))
            Assert.False(glob.Matches(path), $"{pattern} should not match {path}");
    }

    [Fact]
    public void A_directory_matches_without_its_trailing_slash() => Assert.True(new Glob("/dir").Matches("/dir/"));

    [Fact]
    public void An_unclosed_class_is_refused()
        => Assert.Equal("unexpected end of input", Assert.Throws<PachException>(() => new Glob("/[a")).Message);

    [Theory]
    [InlineData("/a/b*", "/a/b")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("*", "")]
    public void The_literal_prefix_ends_before_the_first_special_character(string pattern, string prefix)
        => Assert.Equal(prefix, new Glob(pattern).LiteralPrefix);
}
