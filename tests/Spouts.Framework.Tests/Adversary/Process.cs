using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Batching;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Publishing;
using Spouts.Scheduling;
using Spouts.Tests.Publishing;
using Pps = Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Tests.Adversary;

/// <summary>A process of a spout, before each of whose unary calls something may happen.</summary>
internal sealed class Process : IDisposable, ICommitObserver
{
    private readonly PachydermChannel _channel;
    private readonly PachydermChannel _cluster;
    public Hook Hook { get; } = new();
    public OutputRepo Repo { get; }
    public Publisher Publisher { get; }
    public TestSpout Spout { get; }
    public API.APIClient Pfs { get; }
    public Pps.API.APIClient PpsApi { get; }

    public Process(PachdFixture pachd, TestSpout spout, TimeProvider? time = null)
    {
        Spout = spout;
        _channel = new(spout.Worker.Sidecar, spout.Worker.Token);
        _cluster = new(pachd.Cluster.Address, token: null);
        Pfs = new(_cluster.Invoker);
        PpsApi = new(_cluster.Invoker);
        Repo = new(_channel.Invoker.Intercept(Hook), spout.Worker.Project, spout.Worker.Pipeline, "master");
        time ??= new ImpatientTime();
        Publisher = new(Repo, spout.Worker.SpecCommit, new Recovery(Repo, NullLoggerFactory.Instance),
            new Collisions(Repo, time, NullLogger<Collisions>.Instance), time, NullLoggerFactory.Instance);
    }

    public Repo ProtoRepo => new() { Project = new() { Name = Spout.Worker.Project }, Name = Spout.Name, Type = "user" };
    public Branch Master => new() { Repo = ProtoRepo, Name = "master" };
    public Commit Commit(string id) => new() { Repo = ProtoRepo, Id = id };
    public Pps.Pipeline Pipeline => new() { Project = new() { Name = Spout.Worker.Project }, Name = Spout.Name };

    public async Task<StagedBatch> StageAsync(int cursor, params SpoutFile[] files)
    {
        Position position = await Publisher.PositionAsync(CancellationToken.None);
        SourceEntry entry = position.Ledger.Entry(TestSpout.Source);
        return await Spout.StageAsync(entry, entry.With([new("at", System.Text.Json.Nodes.JsonValue.Create(cursor))]), files);
    }

    public CancellationToken End { get; set; }

    public async Task<PublishResult> PublishAsync(int cursor, params SpoutFile[] files)
    {
        await using StagedBatch batch = await StageAsync(cursor, files);
        return await Publisher.PublishAsync(batch, End);
    }

    /// <summary>Runs a source once.</summary>
    /// <returns>Whether the run came to its end, and has not to be run again.</returns>
    public async Task<bool> RunAsync(SourceRegistration source)
    {
        TimeProvider time = TimeProvider.System;
        SourceRunner runner = new(Spout.Name, source, new ServiceCollection().BuildServiceProvider(), Repo, Publisher, this,
            new(Spout.Name, source.Name, time), new ItemPlaces(), time, NullLogger<SourceRunner>.Instance);
        return await runner.RunAsync(new(time.GetUtcNow(), DueKind.Now), int.MaxValue, End, End);
    }

    public async Task<string> DescribeAsync()
    {
        using TestSpout reader = Spout.Successor();
        Recovered found = await reader.Recovery.PeekAsync(CancellationToken.None);
        var files = await Spout.Arrived.ReadFilesAsync();
        return $"cursor {TestSpout.Read(found.Ledger)} #{found.Ledger.Number}; files: " + string.Join(" ", files.Select(f => $"{f.Key}={System.Text.Encoding.UTF8.GetString(f.Value).Replace("\n", "|", StringComparison.Ordinal)}"));
    }

    public void OnCommitted(string spout, string commitId, Ledger ledger, SourceEntry entry)
    {
    }

    public void Dispose()
    {
        Publisher.Dispose();
        _channel.Dispose();
        _cluster.Dispose();
    }
}
