using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Local.Core.Auth;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>Moves branches whose triggers have a schedule, whenever it is time.</summary>
internal sealed partial class CronTriggers : IDisposable
{
    private static readonly TimeSpan s_longestRest = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private readonly Pachd _pachd;
    private readonly CancellationTokenSource _stop = new();
    private readonly Signals _changed = new();
    private readonly Dictionary<long, (string Cron, DateTime? Next)> _plans = [];
    private readonly Task _running;

    public CronTriggers(Pachd pachd)
    {
        _pachd = pachd;
        _running = Task.Run(RunAsync);
    }

    public ILogger Log { get; set; } = NullLogger.Instance;

    /// <summary>A schedule was set.</summary>
    public void Wake() => _changed.Raise(0);

    public void Dispose()
    {
        _stop.Cancel();
        _running.Wait();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Task changed = _changed.Next(0);
            try
            {
                foreach (long due in Plan())
                    await TickAsync(due);
                await Task.WhenAny(changed, RestAsync()).WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                TickFailed(Log, e);
                await Task.WhenAny(Task.Delay(s_retry, _pachd.Time, _stop.Token));
            }
        }
    }

    private DateTime Now => _pachd.Time.GetUtcNow().UtcDateTime;

    private Task RestAsync()
    {
        TimeSpan rest = s_longestRest;
        foreach ((string _, DateTime? next) in _plans.Values)
        {
            if (next is { } at && at - Now < rest)
                rest = at - Now;
        }

        return Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, _pachd.Time, _stop.Token);
    }

    // A new schedule counts from its branch's head: so a restart of the process skips no tick and repeats none.
    private List<long> Plan()
    {
        List<(BranchRow Branch, long Started)> branches = _pachd.Read(tx => tx.AllBranches()
            .FindAll(branch => branch.Trigger() is { Cron.Length: > 0 })
            .ConvertAll(branch => (branch, tx.CommitById(branch.Head!.Value).Started)));
        foreach (long gone in _plans.Keys.Except(branches.Select(b => b.Branch.Id)).ToList())
            _plans.Remove(gone);
        foreach ((BranchRow branch, long started) in branches)
        {
            string cron = branch.Trigger()!.Cron;
            if (!_plans.TryGetValue(branch.Id, out (string Cron, DateTime? Next) plan) || plan.Cron != cron)
                _plans[branch.Id] = (cron, CronSchedule.Parse(cron).Next(DateTime.UnixEpoch.AddTicks(started)));
        }

        return [.. _plans.Where(plan => plan.Value.Next <= Now).Select(plan => plan.Key)];
    }

    private async Task TickAsync(long id)
    {
        await _pachd.ChangeAsync(
            Caller.System(true),
            change =>
            {
                BranchRow? branch = change.Tx.FindBranch(id);
                if (branch?.Trigger() is { Cron.Length: > 0 } trigger && change.Tx.Branch(branch.RepoId, trigger.Branch) is { Head: { } head })
                    Triggers.Move(change, branch, head);
                return true;
            },
            _stop.Token);
        (string cron, DateTime? due) = _plans[id];
        _plans[id] = (cron, CronSchedule.Parse(cron).Next(due!.Value));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A branch could not follow its cron trigger; trying again.")]
    private static partial void TickFailed(ILogger log, Exception exception);
}
