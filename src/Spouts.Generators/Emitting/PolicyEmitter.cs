using System.Globalization;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Emitting;

/// <summary>Writes when a source runs, where a run is cut and what becomes of one that fails, as C# expressions.</summary>
internal static class PolicyEmitter
{
    private const string Hosting = "global::Spouts.Hosting";

    public static string Trigger(TriggerModel trigger) => trigger switch
    {
        PollModel poll => $"new {Hosting}.PollTrigger({Duration(poll.Interval)})",
        ScheduleModel schedule => Initialised(
            $"new {Hosting}.ScheduleTrigger({Literal(schedule.Cron)}, {Literal(schedule.TimeZone)})",
            ("Missed", schedule.Missed),
            ("Within", Duration(schedule.Within)),
            ("Jitter", Duration(schedule.Jitter)),
            ("Overlap", schedule.Overlap),
            ("RunOnStart", schedule.RunOnStart ? "true" : null)),
        StreamModel => $"new {Hosting}.StreamTrigger()",
        _ => throw new ArgumentOutOfRangeException(nameof(trigger), trigger, "A trigger without an expression."),
    };

    public static string Batch(BatchModel batch) => Initialised(
        $"new {Hosting}.BatchLimits",
        ("Files", Number(batch.Files)),
        ("Bytes", Number(batch.Bytes)),
        ("Period", Duration(batch.Period)));

    public static string Retry(RetryModel retry) => Initialised(
        $"new {Hosting}.RetryPolicy",
        ("Attempts", Number(retry.Attempts)),
        ("DeadLetterAfter", Number(retry.DeadLetterAfter)),
        ("Delay", Duration(retry.Delay)),
        ("LongestDelay", Duration(retry.LongestDelay)),
        ("MaxRetryAfter", Duration(retry.MaxRetryAfter)),
        ("Timeout", Duration(retry.Timeout)),
        ("Pipeline", retry.Pipeline is { } pipeline ? Literals.Text(pipeline) : null));

    /// <summary>A new object, with those of its members that have a value: one of them on the same line, more on lines of their own.</summary>
    private static string Initialised(string made, params (string Name, string? Value)[] members)
    {
        string[] set = [.. members.Where(static member => member.Value is not null).Select(static member => $"{member.Name} = {member.Value}")];
        return set switch
        {
            [] => made,
            [var only] => $"{made} {{ {only} }}",
            _ => $"{made}\n{{\n    {string.Join(",\n    ", set)},\n}}",
        };
    }

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Duration(TimeSpan? duration) => duration is { } set ? Duration(set) : null;

    /// <summary>A duration in the largest unit that divides it.</summary>
    private static string Duration(TimeSpan duration) => "global::System.TimeSpan." + (long)duration.TotalSeconds switch
    {
        var seconds when seconds % 86_400 == 0 => $"FromDays({seconds / 86_400})",
        var seconds when seconds % 3_600 == 0 => $"FromHours({seconds / 3_600})",
        var seconds when seconds % 60 == 0 => $"FromMinutes({seconds / 60})",
        var seconds => $"FromSeconds({seconds})",
    };

    private static string Literal(string text) => Literals.Text(text);
}
