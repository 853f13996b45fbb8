using System.Globalization;
using Microsoft.Extensions.Logging;
using Spouts.Pachyderm;
using Spouts.Publishing;

namespace Spouts.Hosting;

/// <summary>
/// Lets a worker's program wait before it begins when those before it died within a minute: a source that is asked again every
/// fifteen seconds, because what follows kills the process, has done nothing to deserve it. The count lies in the container's
/// temporary folder, which lives as long as the pod; a process that has lived for a minute takes it away.
/// </summary>
internal sealed partial class StartRecord(string folder, WorkerEnvironment worker, TimeProvider time, ILogger<StartRecord> logger)
{
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly string _path = Path.Combine(folder, $"spouts-{worker.Project}-{worker.Pipeline}-{worker.SpecCommit}.starts");

    /// <summary>Does the work, after a wait where the ones before died young.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        int deaths;
        try
        {
            deaths = Read();
            File.WriteAllText(_path, (deaths + 1).ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // As on a root file system that is read-only and has no temporary folder.
            LogNotKept(_path, refused.Message);
            await work(cancellation).ConfigureAwait(false);
            return;
        }

        if (deaths > 0)
        {
            LogWaits(deaths);
            await new Backoff(time, Shortest, Longest).WaitAsync(deaths, cancellation).ConfigureAwait(false);
        }

        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task grown = GrowAsync(over.Token);
        await work(cancellation).ConfigureAwait(false);

        // It came to its end, which is no death.
        await over.CancelAsync().ConfigureAwait(false);
        await grown.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Forget();
    }

    private async Task GrowAsync(CancellationToken cancellation)
    {
        await Task.Delay(Young, time, cancellation).ConfigureAwait(false);
        Forget();
    }

    private int Read() =>
        File.Exists(_path) && int.TryParse(File.ReadAllText(_path), NumberStyles.None, CultureInfo.InvariantCulture, out int deaths) ? deaths : 0;

    private void Forget() => File.Delete(_path);

    [LoggerMessage(LogLevel.Warning, "The last {Deaths} processes of this spout died within a minute of their start; this one waits before it begins.")]
    private partial void LogWaits(int deaths);

    [LoggerMessage(LogLevel.Information, "{Path} cannot be written, so a quick death of this process is not waited for: {Reason}")]
    private partial void LogNotKept(string path, string reason);
}
