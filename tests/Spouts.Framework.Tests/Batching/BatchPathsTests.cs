using Spouts.Batching;
using Spouts.Files;

namespace Spouts.Tests.Batching;

public sealed class BatchPathsTests
{
    [Theory]
    [InlineData("/a", "/a/b")]
    [InlineData("/a/b", "/a")]
    [InlineData("/a/b/c/d", "/a/b")]
    [InlineData("/a", "/a/b/c")]
    public void A_path_that_is_a_file_and_a_folder_is_refused_before_anything_is_staged(string one, string other)
    {
        BatchPaths paths = new();
        paths.Add(SpoutFile.Text(one, ""));

        ArgumentException refused = Assert.Throws<ArgumentException>(() => paths.Add(SpoutFile.Text(other, "")));
        Assert.Contains("a file or a folder", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_may_become_a_folder_when_it_is_deleted_first()
    {
        BatchPaths paths = new();
        paths.Add(SpoutFile.Delete("/a"));
        paths.Add(SpoutFile.Text("/a/b", ""));
        paths.Add(SpoutFile.Text("/a-b", ""));

        Assert.Equal(3, paths.Changes.Count);
    }

    [Fact]
    public void Paths_beyond_what_fits_are_counted_and_an_append_to_one_is_told()
    {
        BatchPaths paths = new(most: 2);
        paths.Add(SpoutFile.Text("/a", "1"));
        paths.Add(SpoutFile.Text("/b", "1").Appended());
        paths.Add(SpoutFile.Text("/c", "1"));
        paths.Add(SpoutFile.Text("/b", "2").Appended());
        Assert.False(paths.AppendsToOthers);

        paths.Add(SpoutFile.Text("/d", "1").Appended());

        Assert.Equal(4, paths.Count);
        Assert.Equal(["/a", "/b"], paths.Changes.Keys);
        Assert.True(paths.AppendsToOthers);
    }

    [Fact]
    public void Appending_to_what_the_batch_itself_writes_replaces_the_path_as_a_whole()
    {
        BatchPaths paths = new();
        paths.Add(SpoutFile.Text("/replaced", "1"));
        paths.Add(SpoutFile.Text("/replaced", "2").Appended());
        paths.Add(SpoutFile.Delete("/anew"));
        paths.Add(SpoutFile.Text("/anew", "1").Appended());
        paths.Add(SpoutFile.Text("/log", "1").Appended());
        paths.Add(SpoutFile.Text("/log", "2").Appended());

        Assert.Equal(FileChange.Replace, paths.Changes["/replaced"].Change);
        Assert.Equal(FileChange.Replace, paths.Changes["/anew"].Change);
        Assert.Equal(FileChange.Append, paths.Changes["/log"].Change);
    }

    [Fact]
    public void The_bytes_of_a_path_are_those_that_the_batch_leaves_there()
    {
        BatchPaths paths = new();
        foreach ((SpoutFile file, long bytes) in (IEnumerable<(SpoutFile, long)>)
        [
            (SpoutFile.Text("/a", "12"), 2), (SpoutFile.Text("/a", "345").Appended(), 3), (SpoutFile.Text("/b", "1").Appended(), 1),
            (SpoutFile.Text("/b", "2").Appended(), 1), (SpoutFile.Text("/c", "123"), 3), (SpoutFile.Text("/c", "1"), 1),
        ])
        {
            paths.Add(file);
            paths.Grow(file.Path, bytes);
        }

        Assert.Equal((5, 2, 1), (paths.Changes["/a"].Bytes, paths.Changes["/b"].Bytes, paths.Changes["/c"].Bytes));
    }
}
