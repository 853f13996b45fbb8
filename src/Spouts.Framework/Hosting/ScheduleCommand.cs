using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spouts.Commands;

namespace Spouts.Hosting;

/// <summary><c>schedule pause | resume | run | backfill</c>.</summary>
internal static class ScheduleCommand
{
    private static readonly string[] Forms =
        ["yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    public static Command Create(Func<ProgramOptions, CancellationToken, Task<int>> run)
    {
        Argument<string> source = new("source") { Description = "The source: its method's name, unless its annotation says another." };
        Option<DateTimeOffset?> from = Time("--from", "The earliest due time, in ISO 8601 with an offset: 2026-05-01T00:00+02:00.");
        Option<DateTimeOffset?> to = Time("--to", "The latest due time, in the same form; not later than now.");
        Option<bool> cancel = new("--cancel") { Description = "Leave out what has not run yet." };
        Command pause = new("pause", "Let nothing of the schedule run until it is resumed; other sources go on.\nExample: dotnet run -- schedule pause Report") { source };
        Command resume = new("resume", "Let the schedule go on; what was due meanwhile was missed, and Missed says what becomes of it.\nExample: dotnet run -- schedule resume Report") { source };
        Command once = new("run", "Run the source once, as soon as it can, also where its schedule is paused.\nExample: dotnet run -- schedule run Report") { source };
        Command backfill = new(
            "backfill",
            "Run what was due from one time to another, both included: the oldest first, each once, whatever has run before.\n"
            + "Example: dotnet run -- schedule backfill Report --from 2026-05-01T00:00Z --to 2026-05-31T23:59Z")
        {
            source, from, to, cancel,
        };
        backfill.Validators.Add(result =>
        {
            bool isWhole = result.GetResult(from) is not null && result.GetResult(to) is not null;
            bool isEmpty = result.GetResult(from) is null && result.GetResult(to) is null;
            if (result.GetResult(cancel) is not null ? !isEmpty : !isWhole)
                result.AddError("Give both --from and --to, or --cancel alone.");
        });
        Command schedule = new(
            "schedule",
            """
            Pause, resume or run the sources of [Schedule], or run what was due in the past.
            A change stops the pipeline, closes what is open, publishes what is asked for in a commit without files, and starts the pipeline again.
            """)
        {
            pause, resume, once, backfill,
        };
        SetAction(pause, parsed => new StateChange.Pause(parsed.GetRequiredValue(source), IsPaused: true));
        SetAction(resume, parsed => new StateChange.Pause(parsed.GetRequiredValue(source), IsPaused: false));
        SetAction(once, parsed => new StateChange.RunNow(parsed.GetRequiredValue(source)));
        SetAction(backfill, parsed => parsed.GetValue(cancel)
            ? new StateChange.CancelBackfill(parsed.GetRequiredValue(source))
            : new StateChange.Backfill(parsed.GetRequiredValue(source), parsed.GetValue(from)!.Value, parsed.GetValue(to)!.Value));
        return schedule;

        void SetAction(Command command, Func<ParseResult, StateChange> change) => command.SetAction((parsed, cancellation) =>
            run(ProgramCommand.Options(Verb.Schedule, parsed) with { Change = change(parsed) }, cancellation));
    }

    private static Option<DateTimeOffset?> Time(string name, string description) =>
        new(name) { Description = description, HelpName = "time", CustomParser = Read };

    private static DateTimeOffset? Read(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        string offset = text.EndsWith('Z') ? $"{text.AsSpan(0, text.Length - 1)}+00:00" : text;
        if (DateTimeOffset.TryParseExact(offset, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time))
            return time;
        argument.AddError($"'{text}' is not a time in ISO 8601 with an offset; write it like 2026-05-01T06:00Z or 2026-05-01T06:00+02:00.");
        return null;
    }
}
