using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Scheduling;

namespace Spouts.Tests.Adversary;

/// <summary>
/// A queue, a repo and the processes of one source, without a server: the rules of ids and acknowledgements alone. Each step checks that
/// an item is in the repo at most once, and that the queue is told of none that is not there.
/// </summary>
internal sealed class ItemModel
{
    private static readonly SourceKey Source = new("Fetch");

    private readonly FakeTimeProvider _time = new();
    private readonly Stack<(Ledger Ledger, string[] Items)> _repo = new([(Ledger.Empty, Array.Empty<string>())]);

    // What the queue has not been told of, in the order in which it delivers.
    private readonly List<string> _queue = [];
    private readonly HashSet<string> _lost = [];
    private List<Acknowledgement> _open = [];
    private (List<Acknowledgement> Files, long Count)? _durable;
    private Ledger _seen = Ledger.Empty;
    private RunningTime _running = null!;
    private Acknowledger _acknowledger = null!;
    private int _next;

    public ItemModel() => Kill();

    private Ledger Ledger => _repo.Peek().Ledger;

    /// <summary>The process dies, and another one begins.</summary>
    public void Kill()
    {
        _running = new(_time, TimeSpan.MaxValue);
        _acknowledger = new("s", Source.Name, new ItemPlaces(), _running, _time, NullLogger.Instance);
        Run();
    }

    /// <summary>The queue delivers a new item.</summary>
    public void Deliver()
    {
        string item = $"{_next++}";
        _queue.Add(item);
        Take(item);
    }

    /// <summary>A connection is gone: the queue delivers again what it has not been told of.</summary>
    public void Redeliver() => _queue.ToList().ForEach(Take);

    /// <summary>Hours pass in which the queue is listened to, and so has delivered again.</summary>
    public void Pass(int hours)
    {
        Redeliver();
        _time.Advance(TimeSpan.FromHours(hours));
    }

    /// <summary>The open batch is published; where the ledger has moved, it is dropped.</summary>
    public void Commit()
    {
        Acknowledge();
        _running.Mark();
        if (_open.Count == 0)
            return;
        string[] staged = [.. _open.Where(static file => file.IsStaged).Select(static file => file.Path[1..])];
        if (staged.Length > 0)
        {
            if (_seen != Ledger)
            {
                Run();
                return;
            }

            SourceEntry last = Ledger.Entry(Source);
            _repo.Push((Ledger.Next(Source, _acknowledger.Keep(last, last, _open), staged.Length, 0), staged));
            _seen = Ledger;
            _acknowledger.Commit(Ledger.Entry(Source), _open);
        }
        else
        {
            _seen = Ledger;
            _acknowledger.Observe(Ledger.Entry(Source));
            if (!_acknowledger.Knows(_open))
            {
                Run();
                return;
            }
        }

        _durable = (_open, staged.Length);
        _open = [];
        string[] all = [.. _repo.SelectMany(static commit => commit.Items)];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    /// <summary>The queue is told of the last batch.</summary>
    public void Acknowledge()
    {
        if (_durable is not { } durable)
            return;
        _durable = null;
        _acknowledger.AcknowledgeAsync(durable.Files, new("c", 1, durable.Count, 0), new("s", null!), CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>An administrator drops the head, between two batches.</summary>
    public void Drop()
    {
        Acknowledge();
        if (_repo.Count > 1)
            _lost.UnionWith(_repo.Pop().Items);
    }

    /// <summary>The queue is emptied: then every item is there, but for those that were dropped after the queue was told.</summary>
    public void Drain()
    {
        for (int i = 0; i < 4; i++)
        {
            Redeliver();
            Commit();
            Acknowledge();
        }

        Assert.Empty(_queue);
        string[] all = [.. _repo.SelectMany(static commit => commit.Items)];
        Assert.Empty(Enumerable.Range(0, _next).Select(static item => $"{item}").Except(all).Except(_lost));
    }

    private void Run()
    {
        _running.Begin();
        _seen = Ledger;
        _open = [];
        _durable = null;
        _acknowledger.Observe(Ledger.Entry(Source));
        _acknowledger.Known.Begin();
        Redeliver();
    }

    private void Take(string item)
    {
        SpoutFile file = SpoutFile.Text($"/{item}", item).WithItem(item).OnCommitted((_, _) =>
        {
            Assert.Contains(item, _repo.SelectMany(static commit => commit.Items));
            _queue.Remove(item);
            return ValueTask.CompletedTask;
        });
        KnownItems known = _acknowledger.Known;
        bool came = known.FindStaged(file.Item!) is not null || known.Contains(file.Item!, out _);
        Acknowledgement taken = new(file) { IsStaged = !came };
        _open.Add(taken);
        if (came)
            known.Repeat(taken, replaces: true);
        else
            known.Stage(taken);
    }
}
