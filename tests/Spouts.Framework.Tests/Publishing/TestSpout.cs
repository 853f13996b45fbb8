using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Batching;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Publishing;
using Spouts.Testing;
using Pps = Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Tests.Publishing;

/// <summary>The publisher's parts as one worker of a spout has them, so that a test can let any of them die at any step.</summary>
internal sealed class TestSpout : IDisposable
{
    public static readonly SourceKey Source = new("Fetch");

    private readonly LocalCluster _cluster;
    private readonly PachydermChannel _channel;

    public TestSpout(LocalCluster cluster, string name, IReadOnlyDictionary<string, string> variables, TimeProvider? time = null, ILogger<Recipe>? log = null)
    {
        Arrived = cluster.OpenRepo(name);
        _cluster = cluster;
        Name = name;
        Worker = WorkerEnvironment.From(variables.GetValueOrDefault);
        _channel = new(Worker.Sidecar, Worker.Token);
        Repo = new(_channel.Invoker.Intercept(Faults), Worker.Project, Worker.Pipeline, "master");
        Witnesses = new(Repo);
        Waiting waiting = new(Repo, NullLogger<Waiting>.Instance);
        Recovery = new(Repo, Witnesses, waiting, NullLogger<Recovery>.Instance);
        Collisions collisions = new(Repo, TimeProvider.System, NullLogger<Collisions>.Instance);
        Recipe recipe = new(
            Repo, Worker.SpecCommit, Witnesses, waiting, time ?? TimeProvider.System, log ?? NullLogger<Recipe>.Instance);
        Publisher = new(Repo, recipe, Recovery, collisions, new(time ?? TimeProvider.System), NullLogger<Publisher>.Instance);
    }

    /// <summary>What is in the repo, seen through the cluster's door.</summary>
    public SpoutRepo Arrived { get; }

    /// <summary>What goes wrong between this worker and its sidecar.</summary>
    public Faults Faults { get; } = new();

    public string Name { get; }

    public WorkerEnvironment Worker { get; }

    public OutputRepo Repo { get; }

    public Witnesses Witnesses { get; }

    public Recovery Recovery { get; }

    public Publisher Publisher { get; }

    /// <summary>Another process of the same spout.</summary>
    public TestSpout Successor(TimeProvider? time = null, ILogger<Recipe>? log = null)
    {
        Dictionary<string, string> variables = new()
        {
            ["PEER_PORT"] = $"{Worker.Sidecar.Port}",
            ["PPS_PROJECT_NAME"] = Worker.Project,
            ["PPS_PIPELINE_NAME"] = Worker.Pipeline,
            ["PPS_SPEC_COMMIT"] = Worker.SpecCommit,
        };
        return new(_cluster, Name, variables, time, log);
    }

    /// <summary>Stages files, with the cursor moved to a value, on the ledger as it is.</summary>
    public async Task<StagedBatch> StageAsync(int cursor, params SpoutFile[] files)
    {
        Position position = await Publisher.PositionAsync(CancellationToken.None);
        SourceEntry entry = position.Ledger.Entry(Source);
        return await StageAsync(entry, Moved(entry, cursor), files);
    }

    /// <summary>Stages files as a run does that begins with one entry of the ledger and ends with another.</summary>
    public async Task<StagedBatch> StageAsync(SourceEntry from, SourceEntry to, params SpoutFile[] files)
    {
        await using RunStager run = new(Repo, files.ToAsyncEnumerable(), TimeProvider.System, NullLogger.Instance, CancellationToken.None, CancellationToken.None)
        {
            Source = Source,
            Base = from,
            Known = new([]),
            Unreadable = new(limit: null),
            Entry = _ => to,
        };
        return (await run.NextAsync())!;
    }

    /// <summary>Stages and publishes.</summary>
    public async Task<PublishResult> PublishAsync(int cursor, params SpoutFile[] files)
    {
        await using StagedBatch batch = await StageAsync(cursor, files);
        return await Publisher.PublishAsync(batch, CancellationToken.None);
    }

    /// <summary>Opens a commit for a batch, as the publisher would, and stops there.</summary>
    public async Task<(string Commit, Ledger After)> OpenAsync(StagedBatch batch, Position? on = null)
    {
        Position position = on ?? await Publisher.PositionAsync(CancellationToken.None);
        Ledger after = position.Ledger.Next(Source, batch.Entry, batch.Paths.Count, batch.Bytes);
        Witness? witness = await Witnesses.FindAsync(batch, position.Head, CancellationToken.None);
        CommitDescription.Pending pending = new(after.BatchId, position.Head, position.Data, position.Ledger, after, witness);
        return (await Repo.StartAsync(pending.ToString(), CancellationToken.None), after);
    }

    /// <summary>Drops the head of the output branch, as an administrator does.</summary>
    public async Task DropHeadAsync()
    {
        using PachydermChannel cluster = new(_cluster.Address, token: null);
        Repo repo = new() { Project = new() { Name = Worker.Project }, Name = Name, Type = "user" };
        Commit head = new() { Repo = repo, Id = await Repo.HeadAsync(CancellationToken.None) };
        await new API.APIClient(cluster.Invoker).DropCommitAsync(new() { Commit = head });
    }

    /// <summary>Squashes a commit into its children, as an administrator does.</summary>
    public async Task SquashAsync(string id)
    {
        using PachydermChannel cluster = new(_cluster.Address, token: null);
        Repo repo = new() { Project = new() { Name = Worker.Project }, Name = Name, Type = "user" };
        await new API.APIClient(cluster.Invoker).SquashCommitAsync(new() { Commit = new() { Repo = repo, Id = id } });
    }

    /// <summary>Stops the pipeline and starts it again: the output branch gets a head that nobody finishes.</summary>
    public async Task StopAndStartAsync()
    {
        using PachydermChannel cluster = new(_cluster.Address, token: null);
        Pps.API.APIClient pps = new(cluster.Invoker);
        Pps.Pipeline pipeline = new() { Project = new() { Name = Worker.Project }, Name = Name };
        await pps.StopPipelineAsync(new() { Pipeline = pipeline });
        await pps.StartPipelineAsync(new() { Pipeline = pipeline });
    }

    public async Task<int> CursorAsync()
    {
        Position position = await Publisher.PositionAsync(CancellationToken.None);
        return Read(position.Ledger);
    }

    public static int Read(Ledger ledger) =>
        ledger.Entry(Source).Cursor("at") is { ValueKind: System.Text.Json.JsonValueKind.Number } at ? at.GetInt32() : 0;

    public async Task<string?> ReadAsync(string path)
    {
        IReadOnlyDictionary<string, byte[]> files = await Arrived.ReadFilesAsync();
        return files.TryGetValue(path, out byte[]? content) ? Encoding.UTF8.GetString(content) : null;
    }

    public void Dispose()
    {
        Publisher.Dispose();
        _channel.Dispose();
        Arrived.Dispose();
    }

    private static SourceEntry Moved(SourceEntry entry, int cursor) => entry.With([new("at", JsonValue.Create(cursor))]);
}
