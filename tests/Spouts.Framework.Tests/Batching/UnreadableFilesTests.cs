using Spouts.Batching;

namespace Spouts.Tests.Batching;

/// <summary>Which file a failure is counted for, and when a count ends.</summary>
public sealed class UnreadableFilesTests
{
    [Fact]
    public void A_file_is_passed_after_its_failures_and_not_before()
    {
        UnreadableFiles files = new(limit: 2);

        Assert.Null(Fail(files, "/a"));
        Assert.Null(Fail(files, "/a"));
        Assert.Equal("gone", Fail(files, "/a"));
    }

    [Fact]
    public void Another_file_of_the_path_is_not_passed()
    {
        UnreadableFiles files = new(limit: 1);
        Fail(files, "/a");

        files.Begin(cursors: null);
        Assert.NotNull(files.Reason(files.Take(SpoutFile.Text("/a", ""))));
        Assert.Null(files.Reason(files.Take(SpoutFile.Text("/a", ""))));
    }

    [Fact]
    public void Without_a_limit_nothing_is_counted()
    {
        UnreadableFiles files = new(limit: null);
        SpoutFile file = files.Take(SpoutFile.Text("/a", ""));

        files.Failed(new(file, new IOException("gone")));

        Assert.Null(file.Place);
        Assert.Null(files.Reason(file));
    }

    [Fact]
    public void A_commit_that_moves_the_cursor_clears_places_and_keeps_items()
    {
        UnreadableFiles files = new(limit: 1);
        Fail(files, "/a", cursors: "1");
        Fail(files, "/b", cursors: "1", item: "x");

        files.Committed([], hasMoved: false, hasCursors: true);
        Assert.NotNull(Reason(files, "/a", cursors: "1"));
        files.Committed([], hasMoved: true, hasCursors: true);

        Assert.Null(Reason(files, "/a", cursors: "1"));
        Assert.NotNull(Reason(files, "/c", cursors: "2", item: "x"));
    }

    [Fact]
    public void An_item_that_is_committed_or_read_is_forgotten()
    {
        UnreadableFiles files = new(limit: 1);
        Fail(files, "/a", item: "x");
        SpoutFile item = SpoutFile.Text("/a", "").WithItem("x");

        files.Committed([new(item)], hasMoved: false, hasCursors: false);
        Assert.Null(Reason(files, "/a", item: "x"));

        Fail(files, "/a", item: "x");
        files.Read(files.Take(item));
        Assert.Null(Reason(files, "/a", item: "x"));
    }

    [Fact]
    public void A_cut_that_moved_a_cursor_counts_places_anew_and_another_does_not()
    {
        UnreadableFiles files = new(limit: 1);
        files.Begin("1");
        files.Take(SpoutFile.Text("/a", ""));
        files.Cut("1");
        SpoutFile second = files.Take(SpoutFile.Text("/a", ""));
        files.Cut("2");
        SpoutFile first = files.Take(SpoutFile.Text("/a", ""));

        Assert.Equal((2, "1"), (second.Place!.Value.Ordinal, second.Place.Value.Cursors));
        Assert.Equal((1, "2"), (first.Place!.Value.Ordinal, first.Place.Value.Cursors));
    }

    [Fact]
    public void The_end_of_a_run_clears_places_and_keeps_items()
    {
        UnreadableFiles files = new(limit: 1);
        Fail(files, "/a");
        Fail(files, "/a", item: "x");

        files.Ended();

        Assert.Null(Reason(files, "/a"));
        Assert.NotNull(Reason(files, "/a", item: "x"));
    }

    [Fact]
    public void What_a_stream_has_passed_is_not_passed_again_behind_the_commit()
    {
        UnreadableFiles files = new(limit: 1, isReadAgain: false);
        Fail(files, "/a");
        Assert.NotNull(Reason(files, "/a"));

        files.Committed([], hasMoved: false, hasCursors: false);

        Assert.Null(Reason(files, "/a"));
    }

    [Fact]
    public void The_oldest_failures_go_first()
    {
        UnreadableFiles files = new(limit: 1);
        for (int i = 0; i <= UnreadableFiles.MaxFiles; i++)
            Fail(files, "/a", item: $"{i}");

        Assert.Null(Reason(files, "/a", item: "0"));
        Assert.NotNull(Reason(files, "/a", item: "1"));
        Assert.NotNull(Reason(files, "/a", item: $"{UnreadableFiles.MaxFiles}"));
    }

    [Fact]
    public void A_dead_letter_keeps_the_place_and_the_path_of_its_file()
    {
        UnreadableFiles files = new(limit: 1);
        SpoutFile file = files.Take(SpoutFile.Text("/a", "").AsDeadLetter("bad"));

        SpoutFile letter = DeadLetter.Of(new("Fetch"), file, "bad", file)[0];
        files.Failed(new(letter, new IOException("gone")));

        Assert.Equal("The content of /a cannot be read: gone", files.Reason(file));
    }

    // What it is passed for, where it is passed; else it fails once more, in a run of its own.
    private static string? Fail(UnreadableFiles files, string path, string? cursors = null, string? item = null)
    {
        SpoutFile file = Next(files, path, cursors, item);
        if (files.Reason(file) is { } reason)
            return reason.Split(' ')[^1];
        files.Failed(new(file, new IOException("gone")));
        return null;
    }

    private static string? Reason(UnreadableFiles files, string path, string? cursors = null, string? item = null) =>
        files.Reason(Next(files, path, cursors, item));

    private static SpoutFile Next(UnreadableFiles files, string path, string? cursors, string? item)
    {
        files.Begin(cursors);
        SpoutFile file = SpoutFile.Text(path, "");
        return files.Take(item is null ? file : file.WithItem(item));
    }
}
