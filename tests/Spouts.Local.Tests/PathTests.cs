using Spouts.Local.Core;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

public sealed class PathTests
{
    [Theory]
    [InlineData("a//b/./c/../d/", "/a/b/d")]
    [InlineData("", "/")]
    [InlineData("/..", "/")]
    [InlineData("../a", "/../a")]
    [InlineData("a/../../b", "/../b")]
    [InlineData("/../a", "/a")]
    public void Reading_cleans_a_path(string given, string clean) => Assert.Equal(clean, Paths.Clean(given));

    [Theory]
    [InlineData("", "path () invalid: only printable ASCII characters allowed")]
    [InlineData("/é", "path (/é) invalid: only printable ASCII characters allowed")]
    [InlineData("/a*b", "path (/a*b) invalid: globbing character (*) not allowed in path")]
    [InlineData("/a/../b", "path (/a/../b) invalid: relative file paths are not allowed")]
    public void A_path_that_may_not_be_written_is_refused(string path, string message)
        => Assert.Equal(message, Assert.Throws<PachException>(() => Paths.CheckWritten(path)).Message);

    [Theory]
    [InlineData("/a/b", "/a/")]
    [InlineData("/a/b/", "/a/")]
    [InlineData("/a", "/")]
    [InlineData("/", "/")]
    public void The_parent_of_a_path_is_a_directory(string path, string parent) => Assert.Equal(parent, Paths.Parent(path));

    [Fact]
    public void Paths_are_ordered_by_their_utf8_bytes()
    {
        string[] paths = ["/\U0001F600", "/\uFFFD", "/z", "/a/b", "/a-b", "/a"];
        string[] byBytes = [.. paths.OrderBy(path => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(path)), StringComparer.Ordinal)];
        Assert.Equal(byBytes, paths.Order(Comparer<string>.Create(PathOrder.Compare)));
    }
}
