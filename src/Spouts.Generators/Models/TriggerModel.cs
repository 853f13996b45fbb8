namespace Spouts.Generators.Models;

/// <summary>What makes a source run.</summary>
internal abstract record TriggerModel;

/// <summary><c>[Poll]</c>.</summary>
internal sealed record PollModel(TimeSpan Interval) : TriggerModel;

/// <summary><c>[Schedule]</c>; what is null is not written.</summary>
internal sealed record ScheduleModel : TriggerModel
{
    public required string Cron { get; init; }

    public required string TimeZone { get; init; }

    /// <summary>A member of <c>Missed</c> as a C# expression.</summary>
    public required string? Missed { get; init; }

    public required TimeSpan? Within { get; init; }

    public required TimeSpan? Jitter { get; init; }

    /// <summary>A member of <c>Overlap</c> as a C# expression.</summary>
    public required string? Overlap { get; init; }

    public required bool RunOnStart { get; init; }
}

/// <summary><c>[Stream]</c>.</summary>
internal sealed record StreamModel : TriggerModel;
