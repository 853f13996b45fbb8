using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Grammar.Cron;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Reads what makes a source run and where a run ends: <c>[Poll]</c>, <c>[Schedule]</c>, <c>[Stream]</c>, <c>[Batch]</c>, <c>[Retry]</c>.</summary>
internal sealed class TriggerParser(Mistakes mistakes, CancellationToken cancellation)
{
    private const string DefaultTimeZone = "UTC";
    private const string MissedSkip = "global::Spouts.Missed.Skip";

    /// <summary>The trigger; null if the attribute does not compile or has a mistake.</summary>
    public TriggerModel? Parse(AttributeData trigger)
    {
        if (trigger.AttributeClass.Is(KnownTypes.StreamAttribute))
            return new StreamModel();
        if (!trigger.TryGetText(out string text))
            return null;
        return trigger.AttributeClass.Is(KnownTypes.ScheduleAttribute)
            ? Schedule(trigger, text)
            : Duration(trigger, null, text) is { } interval ? new PollModel(interval) : null;
    }

    /// <summary>The limits; null where there are none.</summary>
    public BatchModel? Batch(AttributeData? batch)
    {
        if (batch is null)
            return null;
        BatchModel limits = new(Limit<int>(batch, "Files"), Limit<long>(batch, "Bytes"), Duration(batch, "Period", batch.Text("Period")));
        if (limits is { Files: null, Bytes: null } && batch.Text("Period") is null)
            mistakes.Add(Rules.IllegalBatch, batch.Place(null, cancellation), "it has no limit; set Files, Bytes or Period");
        return limits;
    }

    /// <summary>The policy; null where it is that of every source.</summary>
    public RetryModel? Retry(AttributeData? retry)
    {
        if (retry is null)
            return null;
        int? attempts = Attempts(retry, "Attempts", "no end"), deadLetterAfter = Attempts(retry, "DeadLetterAfter", "never");
        if (deadLetterAfter >= attempts)
        {
            mistakes.Add(
                Rules.IllegalRetry, retry.Place("DeadLetterAfter", cancellation),
                "the program ends before a file goes to the dead letters; set DeadLetterAfter to less than Attempts");
        }

        RetryModel policy = new(
            attempts,
            deadLetterAfter,
            Duration(retry, "Delay", retry.Text("Delay")),
            Duration(retry, "LongestDelay", retry.Text("LongestDelay")),
            Duration(retry, "MaxRetryAfter", retry.Text("MaxRetryAfter")),
            Duration(retry, "Timeout", retry.Text("Timeout")),
            retry.Text("Pipeline"));
        TimeSpan first = policy.Delay ?? RetryModel.DefaultDelay;
        if ((policy.LongestDelay ?? RetryModel.DefaultLongestDelay) < first)
        {
            mistakes.Add(
                Rules.IllegalRetry, retry.Place(policy.LongestDelay is null ? "Delay" : "LongestDelay", cancellation),
                "the longest delay is shorter than the first one; set LongestDelay, thirty seconds by default, to no less than Delay");
        }

        return policy.IsDefault ? null : policy;
    }

    private int? Attempts(AttributeData retry, string member, string zero)
    {
        int attempts = retry.Value<int>(member) ?? 0;
        if (attempts < 0)
            mistakes.Add(Rules.IllegalRetry, retry.Place(member, cancellation), $"'{Text(attempts)}' is no number of attempts; write 0 for {zero}");
        return attempts == 0 ? null : attempts;
    }

    private ScheduleModel? Schedule(AttributeData schedule, string cron)
    {
        int before = mistakes.Count;
        CronExpression expression = CronExpression.Parse(cron);
        if (expression.Problem is { } problem)
            mistakes.Add(Rules.IllegalCron, schedule.Place(null, cancellation), cron, problem);
        else if (!expression.IsEverDue)
            mistakes.Add(Rules.NeverDue, schedule.Place(null, cancellation), cron);
        string zone = schedule.Text("TimeZone") ?? DefaultTimeZone;
        if (!TimeZones.IsLegal(zone))
            mistakes.Add(Rules.IllegalTimeZone, schedule.Place("TimeZone", cancellation), zone);
        string? missed = schedule.Member("Missed");
        if (missed == MissedSkip && schedule.Text("Within") is not null)
            mistakes.Add(Rules.IdleWithin, schedule.Place("Within", cancellation));
        ScheduleModel model = new()
        {
            Cron = cron,
            TimeZone = zone,
            Missed = missed,
            Within = Duration(schedule, "Within", schedule.Text("Within")),
            Jitter = Duration(schedule, "Jitter", schedule.Text("Jitter")),
            Overlap = schedule.Member("Overlap"),
            RunOnStart = schedule.Value<bool>("RunOnStart") ?? false,
        };
        return mistakes.Count > before ? null : model;
    }

    private TimeSpan? Duration(AttributeData attribute, string? argument, string? text)
    {
        if (text is null)
            return null;
        if (Durations.TryParse(text, out TimeSpan duration))
            return duration;
        mistakes.Add(Rules.IllegalDuration, attribute.Place(argument, cancellation), text);
        return null;
    }

    /// <summary>A limit of a batch; 0 is none.</summary>
    private T? Limit<T>(AttributeData batch, string name) where T : struct, IComparable<T>, IFormattable
    {
        T? limit = batch.Value<T>(name);
        if (limit is { } value && value.CompareTo(default) < 0)
            mistakes.Add(Rules.IllegalBatch, batch.Place(name, cancellation), $"'{Text(value)}' is no limit; write 0 for none");
        return limit is { } set && set.CompareTo(default) != 0 ? set : null;
    }

    private static string Text(IFormattable number) => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture);
}
