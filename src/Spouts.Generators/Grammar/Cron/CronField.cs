using System.Collections.Immutable;

namespace Spouts.Generators.Grammar.Cron;

/// <summary>A field of a cron expression: its numbers, and what else may stand in it.</summary>
internal sealed record CronField
{
    public static readonly CronField Second = new() { Name = "second", Last = 59 };
    public static readonly CronField Minute = new() { Name = "minute", Last = 59 };
    public static readonly CronField Hour = new() { Name = "hour", Last = 23 };
    public static readonly CronField DayOfMonth = new() { Name = "day of the month", First = 1, Last = 31, Others = ", 'L' or '15W'" };

    public static readonly CronField Month = new()
    {
        Name = "month",
        First = 1,
        Last = 12,
        Others = " or JAN to DEC",
        Names = ["", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    };

    /// <summary>Sunday is 0 as well as 7.</summary>
    public static readonly CronField DayOfWeek = new()
    {
        Name = "day of the week",
        Last = 7,
        Others = " or SUN to SAT, '5L' or 'FRI#2'",
        Names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    };

    /// <summary>The fields of an expression of six; one of five begins with the minute.</summary>
    public static readonly ImmutableArray<CronField> All = [Second, Minute, Hour, DayOfMonth, Month, DayOfWeek];

    public required string Name { get; init; }

    public int First { get; private init; }

    public required int Last { get; init; }

    /// <summary>The names of numbers, each at its number.</summary>
    public ImmutableArray<string> Names { get; private init; } = [];

    /// <summary>What it may hold, as a message says it.</summary>
    public string Legal => $"write {First} to {Last}{Others}, '*', or ranges, steps and lists such as '{First}-{First + 5}' and '*/5'";

    private string Others { get; init; } = "";
}
