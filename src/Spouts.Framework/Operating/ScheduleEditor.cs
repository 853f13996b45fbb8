using Spouts.Commands;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Scheduling;

namespace Spouts.Operating;

/// <summary>What an operator asks of a schedule, as a change of the ledger.</summary>
internal sealed class ScheduleEditor(SpoutRegistration spout, TimeProvider time)
{
    /// <summary>More due times than this are not run at once.</summary>
    private const int MaxBackfill = 10_000;

    /// <summary>Checks a change, and says what it makes of a ledger.</summary>
    /// <param name="change">The change.</param>
    /// <param name="now">The ledger that counts.</param>
    /// <exception cref="SpoutConfigurationException">There is nothing to change like this.</exception>
    public Func<Ledger, Ledger> Prepare(StateChange change, Ledger now)
    {
        switch (change)
        {
            case StateChange.Pause pause:
                return Change(Source(pause.Source), entry => entry.WithPaused(pause.IsPaused));
            case StateChange.RunNow run:
                DateTimeOffset asked = time.GetUtcNow();
                return Change(Unfinished(run.Source, now), entry => entry.WithAsked(asked));
            case StateChange.CancelBackfill cancel:
                return Change(Source(cancel.Source), static entry => entry.With(backfill: null));
            case StateChange.Backfill backfill:
                SourceRegistration source = Unfinished(backfill.Source, now);
                Require(backfill, source, now.Entry(source.Key));
                Backfill asks = new(backfill.From, backfill.To, Count(backfill, (ScheduleTrigger)source.Trigger));
                return Change(source, entry => entry.With(asks));
            default:
                throw new ArgumentOutOfRangeException(nameof(change));
        }
    }

    private static Func<Ledger, Ledger> Change(SourceRegistration source, Func<SourceEntry, SourceEntry> change) =>
        ledger => ledger.Next(source.Key, change(ledger.Entry(source.Key)), files: 0, bytes: 0);

    private SourceRegistration Source(string name)
    {
        SourceRegistration[] scheduled = [.. spout.Sources.Where(static source => source.Trigger is ScheduleTrigger)];
        if (Array.Find(scheduled, source => source.Name == name) is { } found)
            return found;
        string have = scheduled.Length == 0 ? "no source of the program has a schedule" : $"those that have one: {string.Join(", ", scheduled.Select(static source => source.Name))}";
        throw new SpoutConfigurationException(spout.Sources.Any(source => source.Name == name)
            ? $"The source '{name}' of the spout '{spout.Name}' has no [Schedule], so it has no due times; {have}."
            : $"The spout '{spout.Name}' has no source '{name}'; {have}.");
    }

    private SourceRegistration Unfinished(string name, Ledger now)
    {
        SourceRegistration source = Source(name);
        return !now.Entry(source.Key).IsDone ? source : throw new SpoutConfigurationException(
            $"The source '{name}' has said that it is done, and never runs again. To have it begin anew: {SpoutCommands.Reset(spout.Name, name)}");
    }

    private void Require(StateChange.Backfill backfill, SourceRegistration source, SourceEntry saved)
    {
        if (backfill.From > backfill.To)
            throw new SpoutConfigurationException($"--from ({backfill.From:O}) is later than --to ({backfill.To:O}): exchange them.");
        if (backfill.To > time.GetUtcNow())
            throw new SpoutConfigurationException($"--to ({backfill.To:O}) is still to come: the schedule itself runs what will be due. Choose a time that is over.");
        if (saved.Backfill is { } running)
        {
            throw new SpoutConfigurationException(
                $"The source '{source.Name}' still runs what was due from {running.From:O} to {running.To:O}: {running.Done} of {running.Total} are done. "
                + $"Wait for it ({SpoutCommands.Show(spout.Name)}), or leave out what is left: {SpoutCommands.CancelBackfill(spout.Name, source.Name)}");
        }

        ScheduleTrigger schedule = (ScheduleTrigger)source.Trigger;
        if (saved.Due is not null && !DueTime.IsOf(saved, schedule))
        {
            throw new SpoutConfigurationException(
                $"The source '{source.Name}' runs by '{saved.Cron}' in {saved.Zone}, and this program says '{schedule.Cron}' in {schedule.TimeZone}. "
                + "Use the program that runs there, or let this one start there first.");
        }
    }

    private static int Count(StateChange.Backfill backfill, ScheduleTrigger schedule)
    {
        int count = new Recurrence(schedule.Cron, schedule.TimeZone).From(backfill.From, backfill.To).Take(MaxBackfill + 1).Count();
        return count switch
        {
            0 => throw new SpoutConfigurationException(
                $"'{schedule.Cron}' in {schedule.TimeZone} was never due from {backfill.From:O} to {backfill.To:O}. Choose a longer span of time."),
            > MaxBackfill => throw new SpoutConfigurationException(
                $"'{schedule.Cron}' was due more than {MaxBackfill:N0} times from {backfill.From:O} to {backfill.To:O}, and no more than that run in one backfill. Choose a shorter span of time."),
            _ => count,
        };
    }
}
