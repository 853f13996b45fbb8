using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Spouts.Telemetry;

/// <summary>
/// What the program measures of itself, under OpenTelemetry's names: a meter and an activity source, both called <c>Spouts</c>. Nothing
/// listens unless the program has it exported; <c>docs/telemetry.md</c> lists them.
/// </summary>
internal static class Instruments
{
    public const string Name = "Spouts";

    public const string SpoutTag = "spouts.spout";
    public const string SourceTag = "spouts.source";
    public const string StepTag = "spouts.step";
    public const string ReasonTag = "spouts.reason";

    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Activities = new(Name);
    private static readonly ConcurrentDictionary<SourceStatus, bool> Watched = new();

    private static readonly Counter<long> Files = Meter.CreateCounter<long>("spouts.files", "{file}", "Files that are committed.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("spouts.bytes", "By", "Content that is committed.");
    private static readonly Counter<long> Batches = Meter.CreateCounter<long>("spouts.batches", "{batch}", "Batches that are committed.");
    private static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>("spouts.dead_letters", "{file}", "Files that went to the dead letters.");
    private static readonly Counter<long> Retries = Meter.CreateCounter<long>("spouts.retries", "{retry}", "Runs and batches that were tried again.");

    private static readonly Histogram<double> Steps = Meter.CreateHistogram("spouts.step.duration", "s", "How long each step of a commit takes.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });

    static Instruments()
    {
        Observe("spouts.cursor.age", "Time since a cursor of the source was last committed.", static status => status.CursorAge);
        Observe("spouts.success.age", "Time since a run of the source last came to its end.", static status => status.SuccessAge);
        Observe("spouts.next_run", "Time until the source runs next; 0 while it runs.", static status => status.UntilNextRun);
    }

    /// <summary>The sources at work in this process.</summary>
    public static IEnumerable<SourceStatus> Sources => Watched.Keys;

    /// <summary>Has a source's state observed.</summary>
    public static void Watch(SourceStatus source) => Watched[source] = true;

    /// <summary>Ends that.</summary>
    public static void Forget(SourceStatus source) => Watched.TryRemove(source, out _);

    /// <summary>Counts a batch that is durable.</summary>
    public static void Committed(string spout, string source, long files, long bytes, int deadLetters)
    {
        TagList tags = Tags(spout, source);
        Batches.Add(1, tags);
        Files.Add(files, tags);
        Bytes.Add(bytes, tags);
        if (deadLetters > 0)
            DeadLetters.Add(deadLetters, tags);
    }

    /// <summary>Counts what is tried again.</summary>
    /// <param name="spout">The spout.</param>
    /// <param name="source">The source; null where the branch as a whole is meant.</param>
    /// <param name="reason">What failed: <c>source</c>, <c>staging</c>, <c>publishing</c> or <c>dropped</c>.</param>
    public static void Retried(string spout, string? source, string reason)
    {
        TagList tags = Tags(spout, source);
        tags.Add(ReasonTag, reason);
        Retries.Add(1, tags);
    }

    /// <summary>Begins a run of a source, as an activity that its steps are parts of.</summary>
    public static Activity? Run(string spout, string source) =>
        Activities.StartActivity("spouts.run", ActivityKind.Internal, parentContext: default, Tags(spout, source));

    /// <summary>Begins a step; its end is measured when the answer is disposed.</summary>
    public static StepTimer Step(string spout, string step) => new(
        Activities.StartActivity($"spouts.{step}", ActivityKind.Client, parentId: null, Tags(spout, source: null)), Steps, spout, step);

    private static TagList Tags(string spout, string? source)
    {
        TagList tags = new() { { SpoutTag, spout } };
        if (source is not null)
            tags.Add(SourceTag, source);
        return tags;
    }

    private static void Observe(string name, string description, Func<SourceStatus, TimeSpan?> value) =>
        Meter.CreateObservableGauge(name, () => Measure(value), "s", description);

    private static IEnumerable<Measurement<double>> Measure(Func<SourceStatus, TimeSpan?> value)
    {
        foreach (SourceStatus status in Sources)
        {
            if (value(status) is { } measured)
                yield return new(measured.TotalSeconds, new(SpoutTag, status.Spout), new(SourceTag, status.Source));
        }
    }
}
