using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Ledgers;

/// <content>What the ledger knows of when a source runs.</content>
internal sealed partial record SourceEntry
{
    private const string DueMember = "due";
    private const string CronMember = "cron";
    private const string ZoneMember = "zone";
    private const string PausedMember = "paused";
    private const string AskedMember = "asked";
    private const string BackfillMember = "backfill";
    private const string WaitMember = "wait";
    private const string FromMember = "from";
    private const string ToMember = "to";
    private const string TotalMember = "total";
    private const string RunMember = "done";
    private const string LastMember = "last";

    /// <summary>The last due time of its schedule that has run, or from which on it counts; null where none is known.</summary>
    /// <exception cref="SpoutConfigurationException">It is not a time.</exception>
    public DateTimeOffset? Due => Time(DueMember);

    /// <summary>The cron expression that <see cref="Due"/> belongs to; null where an earlier version wrote it.</summary>
    public string? Cron => Text(CronMember);

    /// <summary>The time zone that <see cref="Due"/> belongs to; null where an earlier version wrote it.</summary>
    public string? Zone => Text(ZoneMember);

    /// <summary>Whether nothing of its schedule runs until somebody lets it.</summary>
    public bool IsPaused
    {
        get
        {
            using JsonDocument entry = JsonDocument.Parse(Json);
            return entry.RootElement.TryGetProperty(PausedMember, out JsonElement paused) && paused.GetBoolean();
        }
    }

    /// <summary>When somebody asked for a run that no schedule made due; null where nobody has, or it has run.</summary>
    /// <exception cref="SpoutConfigurationException">It is not a time.</exception>
    public DateTimeOffset? Asked => Time(AskedMember);

    /// <summary>Until when the source waits after a failure; null where it does not, or not for long. It may be over.</summary>
    /// <exception cref="SpoutConfigurationException">It is not a time.</exception>
    public DateTimeOffset? Wait => Time(WaitMember);

    /// <summary>The due times that somebody asked for and that have not all run; null where there are none.</summary>
    /// <exception cref="SpoutConfigurationException">They are not in the form that this version writes.</exception>
    public Backfill? Backfill
    {
        get
        {
            using JsonDocument entry = JsonDocument.Parse(Json);
            if (!entry.RootElement.TryGetProperty(BackfillMember, out JsonElement backfill))
                return null;
            if (Member(FromMember) is { } from && from.TryGetDateTimeOffset(out DateTimeOffset begin)
                && Member(ToMember) is { } to && to.TryGetDateTimeOffset(out DateTimeOffset end)
                && Number(TotalMember) is { } total && Number(RunMember) is { } done)
            {
                return new(begin, end, total)
                {
                    Done = done,
                    Last = Member(LastMember) is { } last && last.TryGetDateTimeOffset(out DateTimeOffset time) ? time : null,
                };
            }

            throw new SpoutConfigurationException(
                $"The backfill of a source in the ledger cannot be read: {Short(backfill)}. It was changed by hand; remove it with: schedule backfill SOURCE --cancel");

            JsonElement? Member(string name) => backfill.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String ? value : null;

            int? Number(string name) => backfill.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.Number
                && value.TryGetInt32(out int number) ? number : null;
        }
    }

    /// <summary>The same entry with this due time, of this expression and zone.</summary>
    public SourceEntry With(DateTimeOffset due, string cron, string zone) =>
        With(DueMember, JsonValue.Create(due.UtcDateTime)).With(CronMember, JsonValue.Create(cron)).With(ZoneMember, JsonValue.Create(zone));

    /// <summary>The same entry of a source whose schedule is paused, or is not.</summary>
    public SourceEntry WithPaused(bool isPaused) => With(PausedMember, isPaused ? JsonValue.Create(true) : null);

    /// <summary>The same entry with a run that was asked for at this time; null for none.</summary>
    public SourceEntry WithAsked(DateTimeOffset? time) => With(AskedMember, time is { } asked ? JsonValue.Create(asked.UtcDateTime) : null);

    /// <summary>The same entry of a source that waits until then; null for one that does not.</summary>
    public SourceEntry WithWait(DateTimeOffset? until) => (until, Wait) is (null, null)
        ? this
        : With(WaitMember, until is { } end ? JsonValue.Create(end.UtcDateTime) : null);

    /// <summary>The same entry with these due times to be run; null for none.</summary>
    public SourceEntry With(Backfill? backfill)
    {
        if (backfill is null)
            return With(BackfillMember, null);
        JsonObject json = new()
        {
            [FromMember] = backfill.From.UtcDateTime,
            [ToMember] = backfill.To.UtcDateTime,
            [TotalMember] = backfill.Total,
            [RunMember] = backfill.Done,
        };
        if (backfill.Last is { } last)
            json[LastMember] = last.UtcDateTime;
        return With(BackfillMember, json);
    }

    private DateTimeOffset? Time(string member)
    {
        using JsonDocument entry = JsonDocument.Parse(Json);
        if (!entry.RootElement.TryGetProperty(member, out JsonElement value))
            return null;
        return value.TryGetDateTimeOffset(out DateTimeOffset time) ? time : throw new SpoutConfigurationException(
            $"The due time of a source in the ledger is not a time: {Short(value)}. Somebody changed it by hand; forget it with: state reset SOURCE");
    }

    private string? Text(string member)
    {
        using JsonDocument entry = JsonDocument.Parse(Json);
        return entry.RootElement.TryGetProperty(member, out JsonElement value) ? value.GetString() : null;
    }
}
