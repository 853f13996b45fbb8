using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;
using Spouts.Scheduling;
using Spouts.Telemetry;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <summary>What a program that exports its telemetry sees.</summary>
public sealed class TelemetryTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task Commits_are_counted_with_their_files_bytes_and_dead_letters_and_each_step_is_timed()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await spout.PublishAsync(1, SpoutFile.Text("/a", ""));
        using Measured measured = new(spout.Name);
        using Running running = new(spout, Source((_, ct) => SourceFiles.From(
            [SpoutFile.Text("/b", "123"), SpoutFile.Text("/c", "4").AsDeadLetter("why"), SpoutFile.Text("/a/collides", "5")], ct)));

        await running.OnceAsync();

        Assert.Equal(1, measured.Sum("spouts.batches"));
        Assert.Equal(2, measured.Sum("spouts.dead_letters"));
        Assert.Equal(1 + 2 + 2, measured.Sum("spouts.files"));
        Assert.True(measured.Sum("spouts.bytes") > 4);
        Assert.Superset(
            new HashSet<object?> { "witness", "open", "check", "attach", "publish", "confirm", "acknowledge" },
            measured.Tags("spouts.step.duration", "spouts.step"));
    }

    [Fact]
    public async Task A_retry_is_counted_with_its_reason()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        using Measured measured = new(spout.Name);
        int runs = 0;
        using Running running = new(spout, new ImpatientTime(), Source((run, ct) =>
        {
            run.Context.Done();
            return ++runs == 1 ? throw new InvalidOperationException("once") : SourceFiles.From([], ct);
        }));

        await running.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(1, measured.Sum("spouts.retries"));
        Assert.Equal(["source"], measured.Tags("spouts.retries", "spouts.reason"));
    }

    [Fact]
    public async Task Gauges_say_how_old_the_cursor_and_the_last_success_are_and_when_the_source_runs_next()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        FakeTimeProvider time = new();
        TaskCompletionSource ran = new();
        using Running running = new(spout, time, Source((_, ct) => SourceFiles.From([SpoutFile.Text("/a", "").OnCommitted((_, _) =>
        {
            ran.SetResult();
            return ValueTask.CompletedTask;
        })], ct), TimeSpan.FromMinutes(5)));
        using Measured measured = new(spout.Name);
        using CancellationTokenSource end = new();

        Task loop = running.RunAsync(end.Token);
        await ran.Task.WaitAsync(TimeSpan.FromSeconds(60));
        while (measured.Last("spouts.success.age") is null)
            await Task.Yield();
        time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal(100, measured.Last("spouts.cursor.age"));
        Assert.Equal(100, measured.Last("spouts.success.age"));
        Assert.Equal(200, measured.Last("spouts.next_run"));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    [Fact]
    public async Task A_run_is_an_activity_with_the_steps_of_its_commits_below()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        List<Activity> seen = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == "Spouts",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (seen)
                    seen.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using Running running = new(spout, Source(static (_, ct) => SourceFiles.From([SpoutFile.Text("/a", "")], ct)));

        await running.OnceAsync();

        List<Activity> own = seen.FindAll(activity => Equals(activity.GetTagItem(Instruments.SpoutTag), spout.Name));
        Activity run = Assert.Single(own, static activity => activity.OperationName == "spouts.run");
        Assert.Equal("Fetch", run.GetTagItem(Instruments.SourceTag));
        Assert.All(own.Where(activity => activity != run && activity.OperationName != "spouts.run"), step => Assert.Equal(run.TraceId, step.TraceId));
        Assert.Contains(own, static activity => activity.OperationName == "spouts.confirm");
    }

    private static SourceRegistration Source(
        Func<SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run, TimeSpan? interval = null) => new()
    {
        Name = "Fetch",
        Trigger = new PollTrigger(interval ?? TimeSpan.FromSeconds(1)),
        Run = (_, sourceRun, cancellation) => run(sourceRun, cancellation),
    };

    /// <summary>What the meter says of one spout.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<(string Name, double Value, Dictionary<string, object?> Tags)> _all = [];
        private readonly string _spout;

        public Measured(string spout)
        {
            _spout = spout;
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Spouts")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.Start();
        }

        public double Sum(string name)
        {
            lock (_all)
                return _all.Where(measured => measured.Name == name).Sum(static measured => measured.Value);
        }

        public HashSet<object?> Tags(string name, string tag)
        {
            lock (_all)
                return _all.Where(measured => measured.Name == name).Select(measured => measured.Tags[tag]).ToHashSet();
        }

        public double? Last(string name)
        {
            _listener.RecordObservableInstruments();
            lock (_all)
                return _all.LastOrDefault(measured => measured.Name == name) is { Name: not null } last ? last.Value : null;
        }

        public void Dispose() => _listener.Dispose();

        private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Dictionary<string, object?> named = new(tags.ToArray());
            if (!Equals(named.GetValueOrDefault(Instruments.SpoutTag), _spout))
                return;
            lock (_all)
                _all.Add((instrument.Name, value, named));
        }
    }
}
