using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;
using Spouts.Pachyderm;

namespace Spouts.Tests.Hosting;

/// <summary>A process that follows one that died young waits; time is the test's, the folder is real.</summary>
public sealed class StartRecordTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spouts-starts-");
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_first_begins_at_once_and_the_next_waits_longer_each_time()
    {
        Start("v1").Kill();
        TimeSpan second = await WaitsAsync("v1");
        TimeSpan third = await WaitsAsync("v1");
        TimeSpan fourth = await WaitsAsync("v1");

        Assert.InRange(second, TimeSpan.FromSeconds(7.5), TimeSpan.FromSeconds(15));
        Assert.InRange(third, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));
        Assert.InRange(fourth, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_five_minutes()
    {
        for (int i = 0; i < 12; i++)
            Start("v1").Kill();

        Assert.InRange(await WaitsAsync("v1"), TimeSpan.FromMinutes(2.5), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Another_version_begins_at_once()
    {
        Start("v1").Kill();

        Assert.True(Start("v2").HasBegun);
    }

    [Fact]
    public void Who_has_lived_for_a_minute_leaves_nothing_to_wait_for()
    {
        Process old = Start("v1");
        _time.Advance(TimeSpan.FromSeconds(61));
        old.Kill();

        Assert.True(Start("v1").HasBegun);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public async Task An_end_that_was_meant_is_no_death()
    {
        Process done = Start("v1");
        done.End();
        await done.Over;

        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void Where_nothing_can_be_written_nobody_waits()
    {
        string nowhere = Path.Combine(_folder.FullName, "nowhere");

        Assert.True(Start("v1", nowhere).HasBegun);
        Assert.True(Start("v1", nowhere).HasBegun);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<TimeSpan> WaitsAsync(string version)
    {
        Process process = Start(version);
        DateTimeOffset began = _time.GetUtcNow();
        while (!process.HasBegun)
        {
            _time.Advance(TimeSpan.FromSeconds(0.25));
            await Task.Yield();
        }

        process.Kill();
        return _time.GetUtcNow() - began;
    }

    private Process Start(string version, string? folder = null) => new(new(
        folder ?? _folder.FullName,
        new WorkerEnvironment("default", "clicks", version, new Uri("http://localhost:1653"), Token: null),
        _time,
        NullLogger<StartRecord>.Instance));

    private sealed class Process : IDisposable
    {
        private readonly TaskCompletionSource _work = new();
        private readonly CancellationTokenSource _killed = new();

        public Process(StartRecord record) => Over = record.RunAsync(
            _ =>
            {
                HasBegun = true;
                return _work.Task.WaitAsync(_killed.Token);
            },
            _killed.Token);

        public Task Over { get; }

        public bool HasBegun { get; private set; }

        public void Kill() => _killed.Cancel();

        public void Dispose() => _killed.Dispose();

        public void End() => _work.SetResult();
    }
}
