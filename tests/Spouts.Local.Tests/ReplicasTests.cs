using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Spouts.Local.Children;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>When a worker's program is run, and by which replica.</summary>
public sealed class ReplicasTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Attempt> _started = Channel.CreateUnbounded<Attempt>();
    private int _running;

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task One_that_ended_well_is_never_run_again()
    {
        Task running = Run(1, () => 0.5);
        (await NextAsync()).End.SetResult(true);
        await running.WaitAsync(WorkerSetup.Patience);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(_started.Reader.TryRead(out _));
    }

    [Theory]
    [InlineData(0, 5, 7.5)]
    [InlineData(0.5, 10, 15)]
    [InlineData(0.9999, 14.999, 22.4985)]
    public async Task One_that_failed_is_run_again_after_10_seconds_and_from_then_on_after_15_give_or_take_a_half(double random, double first, double later)
    {
        Task running = Run(1, () => random);
        foreach (double pause in (double[])[first, later, later, later])
        {
            Attempt attempt = await NextAsync();
            Assert.Equal(TimeSpan.FromSeconds(pause), attempt.Pause);
            attempt.End.SetResult(false);
            _time.Advance(TimeSpan.FromSeconds(pause - 0.01));
            Assert.False(_started.Reader.TryRead(out _));
            _time.Advance(TimeSpan.FromSeconds(0.01));
        }

        (await NextAsync()).End.SetResult(true);
        await running.WaitAsync(WorkerSetup.Patience);
    }

    [Fact]
    public async Task The_next_replica_runs_as_soon_as_the_one_before_has_ended_and_no_two_at_once()
    {
        Task running = Run(3, () => 0.5);
        Attempt first = await NextAsync();
        first.End.SetResult(false);
        Attempt second = await NextAsync();
        second.End.SetResult(true);
        Attempt third = await NextAsync();
        // The first wants it again, and has to wait for the third.
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(_started.Reader.TryRead(out _));
        third.End.SetResult(true);
        Attempt again = await NextAsync();
        again.End.SetResult(true);
        Assert.Equal([0, 1, 2, 0], [first.Replica, second.Replica, third.Replica, again.Replica]);
        await running.WaitAsync(WorkerSetup.Patience);
    }

    [Fact]
    public async Task Nobody_runs_once_they_are_stopped()
    {
        Task running = Run(3, () => 0.5);
        await NextAsync();
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(WorkerSetup.Patience));
        Assert.False(_started.Reader.TryRead(out _));
    }

    private async Task<Attempt> NextAsync() => await _started.Reader.ReadAsync().AsTask().WaitAsync(WorkerSetup.Patience);

    private Task Run(long count, Func<double> random) => new Replicas(_time, random).RunAsync(
        count,
        async (replica, pause, stop) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref _running));
            Attempt attempt = new(replica, pause, new TaskCompletionSource<bool>());
            await _started.Writer.WriteAsync(attempt, CancellationToken.None);
            try
            {
                return await attempt.End.Task.WaitAsync(stop);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        },
        _stop.Token);

    private sealed record Attempt(long Replica, TimeSpan Pause, TaskCompletionSource<bool> End);
}
