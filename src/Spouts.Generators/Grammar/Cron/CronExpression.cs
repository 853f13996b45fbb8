using System.Collections.Immutable;

namespace Spouts.Generators.Grammar.Cron;

/// <summary>
/// What Cronos 0.13.0 takes for a cron expression, of five fields or, with the second first, of six. The generator cannot use
/// Cronos itself, since it may depend on nothing but Roslyn; a test compares the two.
/// </summary>
internal sealed class CronExpression
{
    private static readonly char[] Spaces = [' ', '\t'];

    private static readonly ImmutableArray<string> Macros =
        ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@every_minute", "@every_second"];

    private readonly CronDays _days = new() { OfMonth = ulong.MaxValue, OfWeek = ulong.MaxValue };
    private ulong _months = ulong.MaxValue;

    /// <summary>What is wrong with the expression; null for a legal one.</summary>
    public string? Problem { get; private init; }

    /// <summary>Whether there is any day on which a legal one is due.</summary>
    public bool IsEverDue => _days.Exist(_months);

    public static CronExpression Parse(string text)
    {
        // To Cronos an expression ends with the first zero.
        string[] fields = text.Split('\0')[0].Split(Spaces, StringSplitOptions.RemoveEmptyEntries);
        if (fields is [['@', ..] macro])
            return new() { Problem = Macros.Contains(Lower(macro)) ? null : $"'{macro}' is no macro; use {string.Join(", ", Macros)}" };
        int missing = CronField.All.Length - fields.Length;
        if (missing is not (0 or 1))
            return new() { Problem = "write five fields (minute, hour, day of the month, month, day of the week), or six with the second first" };

        CronExpression expression = new();
        (CronField Field, string Text) wrong = CronField.All
            .Skip(missing)
            .Zip(fields, static (field, text) => (field, text))
            .FirstOrDefault(field => !expression.TryRead(field.field, field.text));
        return wrong.Field is null ? expression : new() { Problem = $"'{wrong.Text}' cannot be its {wrong.Field.Name}; {wrong.Field.Legal}" };
    }

    private bool TryRead(CronField field, string text)
    {
        CronFieldReader reader = new(field, text);
        if (ReferenceEquals(field, CronField.DayOfMonth))
            return reader.TryReadDays(_days);
        if (ReferenceEquals(field, CronField.DayOfWeek))
            return reader.TryReadWeekdays(_days);
        if (!reader.TryReadNumbers(out ulong numbers))
            return false;
        if (ReferenceEquals(field, CronField.Month))
            _months = numbers;
        return true;
    }

    /// <summary>Only ASCII has two cases here.</summary>
    private static string Lower(string text) => new([.. text.Select(static c => c is >= 'A' and <= 'Z' ? (char)(c - 'A' + 'a') : c)]);
}
