using System.Text.Json;
using Spouts.Chaos.Audits;
using Spouts.Chaos.Sources;
using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos.Processes;

/// <summary>What faults strike: a spout at work on a source, as real processes, and its local pachd.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private static readonly TimeSpan Patience = SpoutProcess.Patience;

    private readonly ChaosPlan _plan;
    private readonly List<SpoutProcess> _processes = [];
    private IReadOnlyDictionary<string, string> _variables = new Dictionary<string, string>();
    private SpoutRepo? _repo;

    private Scene(ChaosPlan plan, ChaosSource source, SmallDisk? disk, LocalCluster cluster, Pipeline pipeline)
    {
        _plan = plan;
        (Source, Disk, Cluster, Pipeline) = (source, disk, cluster, pipeline);
        Random = new(plan.Seed);
    }

    /// <summary>Draws whatever a fault leaves open.</summary>
    public Random Random { get; }

    public ChaosSource Source { get; }

    /// <summary>The disk of the pachd's store and of the spout's temporary files; null where none could be mounted.</summary>
    public SmallDisk? Disk { get; }

    public LocalCluster Cluster { get; }

    public Pipeline Pipeline { get; }

    public SpoutRepo Repo => _repo ??= new(Cluster.Address, Pipeline.Token, Source.Spout, "master");

    public SpoutLog Log { get; } = new();

    /// <summary>The process that is meant to publish.</summary>
    public SpoutProcess Leader { get; private set; } = null!;

    /// <summary>All that there have been.</summary>
    public IReadOnlyList<SpoutProcess> Processes => _processes;

    public Removals Removals { get; } = new();

    /// <summary>The environment that Pachyderm gives a worker of today's version.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>How often processes ended by themselves, by exit code.</summary>
    public SortedDictionary<int, int> Exits { get; } = [];

    public static async Task<Scene> OpenAsync(ChaosPlan plan, CancellationToken cancellation)
    {
        ChaosSource source = await ChaosSource.CreateAsync(plan.Form, plan.Seed, cancellation);
        SmallDisk? disk = SmallDisk.TryMount();
        LocalCluster cluster = await LocalCluster.StartAsync(disk?.Folder, cancellation);
        Scene scene = new(plan, source, disk, cluster, await Pipeline.CreateAsync(cluster.Address, source.Spout, plan.Auth, cancellation));
        await scene.RefreshAsync(cancellation);
        source.Feed(default);
        scene.Leader = await scene.StartAsync();
        return scene;
    }

    /// <summary>Has processes that are started from now on be workers of today's version of the pipeline.</summary>
    public async Task RefreshAsync(CancellationToken cancellation) =>
        _variables = new Dictionary<string, string>((await Pipeline.VariablesAsync(cancellation)).Concat(Source.Variables))
        {
            ["CHAOS_BATCH"] = $"{Source.Batch}",
            ["CHAOS_ACKNOWLEDGE_EARLY"] = _plan.AcknowledgeEarly ? "true" : "false",
            ["TMPDIR"] = Disk?.Folder ?? Path.GetTempPath(),
        };

    /// <summary>Starts one more process.</summary>
    public async Task<SpoutProcess> StartAsync()
    {
        SpoutProcess process = await SpoutProcess.StartAsync(_variables, Log, commit => Source.Feed(commit.GetProperty("cursor")));
        _processes.Add(process);
        return process;
    }

    /// <summary>Makes a process the only one: SIGKILL to the others.</summary>
    public async Task PromoteAsync(SpoutProcess leader)
    {
        Leader = leader;
        foreach (SpoutProcess other in _processes.Where(process => process != leader))
            await other.DisposeAsync();
    }

    /// <summary>SIGKILL, and the next process.</summary>
    public async Task ReplaceAsync()
    {
        await Leader.DisposeAsync();
        Leader = await StartAsync();
    }

    /// <summary>Does what Pachyderm does: starts a process again that has ended by itself.</summary>
    /// <param name="exits">The exit codes that what happened to it accounts for.</param>
    public async Task TendAsync(IReadOnlyList<int> exits)
    {
        if (!Leader.HasExited)
            return;
        CountExit(Leader, exits);
        await ReplaceAsync();
    }

    /// <summary>Waits until the leader has made a commit, or a process in its place that had to be started because of its end.</summary>
    /// <param name="exits">The exit codes that what happened to it accounts for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task SettleAsync(IReadOnlyList<int> exits, CancellationToken cancellation)
    {
        Leader.ForgetCommits();
        await Task.WhenAny(Leader.WaitForCommitsAsync(1, Patience, cancellation), Leader.WaitForExitAsync(Patience, cancellation));
        await TendAsync(exits);
    }

    /// <summary>Waits until a process has ended by itself.</summary>
    public async Task ExitAsync(SpoutProcess process, IReadOnlyList<int> exits, CancellationToken cancellation)
    {
        if (!await process.WaitForExitAsync(Patience, cancellation))
            throw new TimeoutException($"Process {process.Id} did not end, although {Patience} passed.");
        CountExit(process, exits);
    }

    /// <summary>Has an administrator squash a commit, as soon as it has children that are finished.</summary>
    public async Task SquashAsync(string id, CancellationToken cancellation)
    {
        SpoutCommit commit = await Repo.ReadCommitAsync(id, cancellation);
        CommitDescription? description = CommitDescription.Parse(commit.Description, id);
        Ledger? carried = await RepoAudit.CarriedAsync(Repo, commit, description, Removals, cancellation);
        using PeriodicTimer next = new(TimeSpan.FromMilliseconds(10));
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        while (!await Pipeline.SquashAsync(id, patience.Token))
            await next.WaitForNextTickAsync(patience.Token);
        Removals.Squashed.Add(id, (carried ?? (description as CommitDescription.Void)?.Ledger)?.Number ?? 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SpoutProcess process in _processes)
            await process.DisposeAsync();
        _repo?.Dispose();
        Pipeline.Dispose();
        Cluster.Dispose();
        Disk?.Dispose();
        await Source.DisposeAsync();
    }

    private void CountExit(SpoutProcess process, IReadOnlyList<int> exits)
    {
        Exits[process.ExitCode] = Exits.GetValueOrDefault(process.ExitCode) + 1;
        if (!exits.Contains(process.ExitCode))
            throw new InvalidOperationException($"Process {process.Id} ended by itself with exit code {process.ExitCode}.");
    }
}
