using Spouts.Hosting;
using Spouts.Ledgers;

namespace Spouts.Tests.Sources;

public sealed class SourceRunTests
{
    private enum Phase
    {
        Full,
        Delta,
    }

    [Fact]
    public void A_cursor_comes_back_from_the_ledger_as_it_was()
    {
        ComesBack(CursorCodec.Boolean, true);
        ComesBack(CursorCodec.Int32, int.MinValue);
        ComesBack(CursorCodec.Int64, long.MaxValue);
        ComesBack(CursorCodec.UInt32, uint.MaxValue);
        ComesBack(CursorCodec.UInt64, ulong.MaxValue);
        ComesBack(CursorCodec.Double, 0.1);
        ComesBack(CursorCodec.Decimal, 79228162514264337593543950335m);
        ComesBack(CursorCodec.String, "a\"ü");
        ComesBack(CursorCodec.Guid, new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"));
        ComesBack(CursorCodec.DateTimeOffset, new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2)));
        ComesBack(CursorCodec.DateOnly, new DateOnly(2026, 2, 28));
        ComesBack(CursorCodec.TimeOnly, new TimeOnly(23, 59, 58, 1));
        ComesBack(CursorCodec.TimeSpan, TimeSpan.FromTicks(-1));
        ComesBack(CursorCodec.Enum<Phase>(), Phase.Delta);
        ComesBack(CursorCodec.DateTime, new DateTime(1, DateTimeKind.Utc));
    }

    [Theory]
    [InlineData(DateTimeKind.Utc)]
    [InlineData(DateTimeKind.Local)]
    [InlineData(DateTimeKind.Unspecified)]
    public void A_time_keeps_its_kind(DateTimeKind kind)
    {
        SourceEntry entry = Set(SourceEntry.Empty, CursorCodec.DateTime, new DateTime(2026, 7, 1, 12, 0, 0, kind));

        Assert.Equal(kind, Get(entry, CursorCodec.DateTime).Kind);
    }

    [Fact]
    public void A_cursor_that_no_run_has_set_says_so_and_is_not_saved()
    {
        SourceRun run = Run(SourceEntry.Empty);
        Cursor<string> cursor = run.Cursor("last", CursorCodec.String);

        Assert.False(cursor.IsSet);
        Assert.Equal("", cursor.Value);
        Assert.Equal(SourceEntry.Empty, run.Entry());
    }

    [Fact]
    public void A_list_that_was_changed_in_place_is_saved()
    {
        SourceRun run = Run(SourceEntry.Empty);
        run.Cursor("seen", CursorCodec.List(CursorCodec.Int32)).Value.Add(1);
        run.Cursor("untouched", CursorCodec.List(CursorCodec.Int32));

        Assert.Equal("""{"cursor":{"seen":[1]}}""", run.Entry().Json);
        SourceRun next = Run(run.Entry());
        next.Cursor("seen", CursorCodec.List(CursorCodec.Int32)).Value.Add(2);
        Assert.Equal("""{"cursor":{"seen":[1,2]}}""", next.Entry().Json);
    }

    [Fact]
    public void A_cursor_that_is_set_to_null_is_null_again()
    {
        SourceEntry entry = Set(Set(SourceEntry.Empty, CursorCodec.Nullable(CursorCodec.Int64), 1), CursorCodec.Nullable(CursorCodec.Int64), null);
        Cursor<long?> cursor = Run(entry).Cursor("last", CursorCodec.Nullable(CursorCodec.Int64));

        Assert.Equal("""{"cursor":{"last":null}}""", entry.Json);
        Assert.True(cursor.IsSet);
        Assert.Null(cursor.Value);
    }

    [Fact]
    public void Setting_one_of_two_cursors_leaves_the_other_as_it_is()
    {
        SourceRun run = Run(Set(Set(SourceEntry.Empty, CursorCodec.Int32, 1, "a"), CursorCodec.Int32, 2, "b"));
        run.Cursor("a", CursorCodec.Int32).Value = 10;

        SourceEntry entry = run.Entry();

        Assert.Equal(10, Get(entry, CursorCodec.Int32, "a"));
        Assert.Equal(2, Get(entry, CursorCodec.Int32, "b"));
    }

    [Fact]
    public void A_cursor_whose_type_has_changed_is_refused_with_a_cure()
    {
        SourceRun run = Run(Set(SourceEntry.Empty, CursorCodec.String, "abc"));

        SpoutConfigurationException refused = Assert.Throws<SpoutConfigurationException>(() => run.Cursor("last", CursorCodec.Int64));

        Assert.Contains("'last'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("""state set Fetch '{"last":…}'""", refused.Message, StringComparison.Ordinal);
        Assert.Contains("state reset Fetch", refused.Message, StringComparison.Ordinal);
        Assert.Contains("forget it: state reset Fetch --cursor last --spout clicks", refused.Message, StringComparison.Ordinal);
    }

    private static void ComesBack<T>(CursorCodec<T> codec, T value) =>
        Assert.Equal(value, Get(Set(SourceEntry.Empty, codec, value), codec));

    private static SourceEntry Set<T>(SourceEntry entry, CursorCodec<T> codec, T value, string name = "last")
    {
        SourceRun run = Run(entry);
        run.Cursor(name, codec).Value = value;
        return run.Entry();
    }

    private static T Get<T>(SourceEntry entry, CursorCodec<T> codec, string name = "last") => Run(entry).Cursor(name, codec).Value;

    private static SourceRun Run(SourceEntry entry) => new("Fetch", entry, new SpoutContext("clicks", null!), default);
}
