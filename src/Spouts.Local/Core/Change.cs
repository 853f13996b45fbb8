using Spouts.Local.Core.Auth;
using Spouts.Local.Store;

namespace Spouts.Local.Core;

/// <summary>
/// One mutating transaction: everything done in it becomes durable together, bears one time and creates commits of one id.
/// </summary>
internal sealed class Change(Tx tx, long now, string setId, Caller caller)
{
    private readonly List<Action> _afterCommit = [];

    public Tx Tx { get; } = tx;

    /// <summary>Ticks since the Unix epoch.</summary>
    public long Now { get; } = now;

    /// <summary>The id of every commit that this transaction makes.</summary>
    public string SetId { get; } = setId;

    /// <summary>Who makes the change, and so what may be part of it.</summary>
    public Caller Caller { get; } = caller;

    /// <summary>Who is remembered as the maker of what the transaction makes; nobody while auth is off.</summary>
    public string Maker => Caller.Subject ?? "";

    /// <summary>Branches whose new head downstream branches have to follow when the transaction ends.</summary>
    public HashSet<long> Propagate { get; } = [];

    /// <summary>Branches that were moved and then deleted: the end of the transaction misses them.</summary>
    public List<BranchRef> Lost { get; } = [];

    /// <summary>Repos whose branch heads are checked when the transaction ends.</summary>
    public HashSet<long> Validate { get; } = [];

    /// <summary>Repos in which somebody may be waiting for new commits.</summary>
    public HashSet<long> Touched { get; } = [];

    /// <summary>Commits that have come further or are gone: whoever waits for one of them is woken.</summary>
    public HashSet<long> Moved { get; } = [];

    /// <summary>Repos with commits to finish.</summary>
    public HashSet<long> ToFinish { get; } = [];

    /// <summary>A branch was given a schedule.</summary>
    public bool CronTriggers { get; set; }

    /// <summary>Runs <paramref name="action"/> once the transaction is durable.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    public void RunAfterCommit()
    {
        foreach (Action action in _afterCommit)
            action();
    }
}
