using Cronos;
using CsCheck;
using Ours = Spouts.Generators.Grammar.Cron.CronExpression;
using Theirs = Cronos.CronExpression;

namespace Spouts.Generators.Tests;

/// <summary>The compiler takes for a cron expression what the program's library does, and knows which are never due.</summary>
public sealed class CronTests
{
    private static readonly DateTime Start = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly Gen<string> Number = Gen.Int[0, 65].Select(static number => $"{number}");

    private static readonly Gen<string> Value = Gen.Frequency(
        (6, Number),
        (3, OneOf("JAN", "feb", "Dec", "SUN", "mon", "Sat", "1", "2", "28", "29", "30", "31", "7", "0", "00", "07")),
        (1, OneOf("", "H", "JANUARY", "SU", "-1", "100", "٣", "ſun", "1.5", "a", "L", "W")));

    private static readonly Gen<string> Step = Gen.OneOf(Gen.Const(""), Gen.Const(""), Gen.Int[0, 61].Select(static step => $"/{step}"), Gen.Const("/"), Gen.Const("/x"));

    private static readonly Gen<string> Item = Gen.OneOf(
        Value,
        Gen.Select(Value, Value, static (low, high) => $"{low}-{high}"),
        Gen.Select(Value, Step, static (low, step) => low + step),
        Gen.Select(Value, Value, Step, static (low, high, step) => $"{low}-{high}{step}"));

    private static readonly Gen<string> Special = Gen.OneOf(
        OneOf("L", "l", "LW", "lw", "L-", "WL", "L-30", "L-31", "L-30W", "L-0", "*W", "H/5", "*/7", "7-1/2", "7-0/3", "6-2/3", "?/2"),
        Gen.Int[0, 32].Select(static day => $"L-{day}"),
        Gen.Select(Gen.Int[0, 32], OneOf("W", "w", "L", "l", "WW"), static (day, mark) => day + mark),
        Gen.Select(Value, Gen.Int[0, 6], static (day, week) => $"{day}#{week}"));

    private static readonly Gen<string> Field = Gen.Frequency(
        (4, OneOf("*", "?", "*", "0")),
        (3, Item),
        (1, Item.Array[2, 4].Select(static items => string.Join(",", items))),
        (1, OneOf("*", "?").SelectMany(static star => Step.Select(step => star + step))),
        (2, Special));

    private static readonly Gen<string> Expression = Gen.Select(
        Field.Array[4, 7],
        OneOf(" ", " ", " ", "\t", "  ", " \t "),
        OneOf("", "", "", " ", "\t", "\n", "\0", "\0x", " x"),
        static (fields, space, end) => string.Join(space, fields) + end);

    /// <summary>Only the days vary: whatever is never due is so because of them.</summary>
    private static readonly Gen<string> Days = Gen.Select(
        Gen.OneOf(OneOf("28", "29", "30", "31", "29-31", "1W", "31W", "30W", "LW", "*"), Special),
        Gen.OneOf(OneOf("2", "2,4", "FEB", "*", "4,6,9,11", "12-2"), Field),
        Gen.OneOf(OneOf("*", "?", "SAT", "SUN", "6,7", "0#5", "5L"), Special, Field),
        static (day, month, weekday) => $"0 0 {day} {month} {weekday}");

    public static TheoryData<string> Macros =>
    [
        "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@every_minute", "@every_second", " @Daily\t", "@EVERY_second",
        "@", "@often", "@daily x", "@ daily", "@dail", "@dailyx", "@every", "@every_", "@moidnight", "@every_ſecond", "", " ", "*", "@daily\0x",
    ];

    [Fact]
    public void It_takes_what_the_library_takes() => Expression.Sample(static text => Agree(text), iter: 100_000);

    [Fact]
    public void It_knows_which_days_there_are() => Days.Sample(static text => Agree(text), iter: 10_000);

    [Theory]
    [MemberData(nameof(Macros))]
    public void It_knows_the_macros(string text) => Assert.True(Agree(text));

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 L-29 2 *")]
    [InlineData("0 0 31 4,6,9,11 ?")]
    [InlineData("0 0 15W * SAT")]
    [InlineData("0 0 1 * MON#2")]
    [InlineData("0 0 * * 7-1/2")]
    [InlineData("0 0 0 29 2 SUN#4")]
    public void These_are_never_due(string text)
    {
        Assert.Null(Ours.Parse(text).Problem);
        Assert.False(Ours.Parse(text).IsEverDue);
        Assert.True(Agree(text));
    }

    /// <summary>Enough of what is generated is legal, and of that never due; else the tests above would show little.</summary>
    [Fact]
    public void Both_kinds_are_generated()
    {
        int legal = 0, illegal = 0, never = 0;
        Gen.OneOf(Expression, Days).Sample(
            text =>
            {
                Ours expression = Ours.Parse(text);
                if (expression.Problem is not null)
                    Interlocked.Increment(ref illegal);
                else if (expression.IsEverDue)
                    Interlocked.Increment(ref legal);
                else
                    Interlocked.Increment(ref never);
            },
            iter: 20_000);

        Assert.True(legal > 1_000 && illegal > 1_000 && never > 200, $"{legal} legal, {illegal} illegal, {never} never due");
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static bool Agree(string text)
    {
        Ours ours = Ours.Parse(text);
        Theirs? theirs = Parse(text);
        return (ours.Problem is null) == (theirs is not null)
            && (theirs is null || ours.IsEverDue == theirs.GetNextOccurrence(Start) is not null);
    }

    private static Theirs? Parse(string text) =>
        Theirs.TryParse(text, CronFormat.Standard, out Theirs? five) ? five
        : Theirs.TryParse(text, CronFormat.IncludeSeconds, out Theirs? six) ? six
        : null;
}
