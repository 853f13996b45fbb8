using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Spouts.Telemetry;

/// <summary>A step of a commit while it lasts.</summary>
internal readonly struct StepTimer(Activity? activity, Histogram<double> durations, string spout, string step) : IDisposable
{
    private readonly long _began = Stopwatch.GetTimestamp();

    public void Dispose()
    {
        activity?.Dispose();
        durations.Record(
            Stopwatch.GetElapsedTime(_began).TotalSeconds, new(Instruments.SpoutTag, spout), new KeyValuePair<string, object?>(Instruments.StepTag, step));
    }
}
