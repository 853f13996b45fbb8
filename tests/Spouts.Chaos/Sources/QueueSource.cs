using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using RabbitMQ.Client;
using Spouts.Chaos.Processes;
using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos.Sources;

/// <summary>
/// Queues of a RabbitMQ: numbered items, each published until the broker has confirmed it. It delivers an item again whenever the
/// connection that it was delivered to is gone before it was acknowledged.
/// </summary>
internal sealed class QueueSource : ChaosSource
{
    /// <summary>One queue, acknowledged item by item.</summary>
    public static QueuePlan ByItem { get; } = new("rabbit-queue", ["items"], SmallBatch, AcknowledgesBatches: false);

    /// <summary>One queue, acknowledged batch by batch.</summary>
    public static QueuePlan ByBatch { get; } = ByItem with { AcknowledgesBatches = true };

    /// <summary>Two queues in one spout. The first batch of each already has half of the places that the ledger has for its source.</summary>
    public static QueuePlan Full { get; } = new("rabbit-queues", ["items", "others"], Batch: 1000, AcknowledgesBatches: true);

    private readonly QueuePlan _plan;
    private readonly RabbitBroker _broker;
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly Dictionary<string, int> _sent;
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _publishing;

    private QueueSource(QueuePlan plan, RabbitBroker broker, IConnection connection, IChannel channel)
        : base(plan.Spout)
    {
        (_plan, _broker, _connection, _channel) = (plan, broker, connection, channel);
        _sent = plan.Queues.ToDictionary(static queue => queue, static _ => 0, StringComparer.Ordinal);
        _publishing = PublishAsync();
    }

    public override int Batch => _plan.Batch;

    public override bool StopsToAcknowledge => _plan.AcknowledgesBatches;

    public override bool IsShared => Batch == SmallBatch;

    public override string AppendsTo => File(_plan.Queues[0]);

    public override int Items => _sent.Values.Sum();

    public override IEnumerable<KeyValuePair<string, string>> Variables =>
    [
        .. base.Variables,
        new("CHAOS_BROKER", _broker.Address.ToString()),
        new("CHAOS_ACKNOWLEDGE_BATCHES", _plan.AcknowledgesBatches ? "true" : "false"),
    ];

    public static async Task<QueueSource> CreateAsync(QueuePlan plan, CancellationToken cancellation)
    {
        RabbitBroker broker = await RabbitBroker.StartAsync(cancellation);
        IConnection connection = await new ConnectionFactory { Uri = broker.Address }.CreateConnectionAsync(cancellation);
        CreateChannelOptions confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        IChannel channel = await connection.CreateChannelAsync(confirmed, cancellation);
        foreach (string queue in plan.Queues)
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellation);
        return new(plan, broker, connection, channel);
    }

    public override void Feed(JsonElement cursors) => _wanted.Writer.TryWrite(true);

    public override async Task CloseAsync()
    {
        _wanted.Writer.TryComplete();
        await _publishing;
    }

    public override async Task<bool> IsDrainedAsync(SourceEntry entry, SpoutRepo repo, CancellationToken cancellation)
    {
        foreach (string queue in _plan.Queues)
        {
            if (await _channel.MessageCountAsync(queue, cancellation) > 0)
                return false;
        }

        IReadOnlyDictionary<string, byte[]> files = await repo.ReadFilesAsync(cancellation);
        return _plan.Queues.All(queue => Lines(files, queue).Distinct().Count() >= _sent[queue]);
    }

    public override void Compare(IReadOnlyDictionary<string, byte[]> files, ChaosFindings findings)
    {
        foreach (string queue in _plan.Queues)
        {
            Dictionary<string, int> seen = Lines(files, queue).CountBy(line => line).ToDictionary(StringComparer.Ordinal);
            string[] sent = [.. Enumerable.Range(0, _sent[queue]).Select(Id)];
            findings.Lost.AddRange(sent.Where(item => !seen.ContainsKey(item)).Select(item => $"item {item} of {queue}"));
            findings.Doubled.AddRange(seen.Where(item => item.Value > 1).Select(item => $"item {item.Key} of {queue}, {item.Value} times"));
            findings.Doubled.AddRange(seen.Keys.Except(sent).Select(item => $"item '{item}' of {queue}, which was never sent"));
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
        _broker.Dispose();
        await base.DisposeAsync();
    }

    private static string File(string queue) => $"/{queue}";

    private static string[] Lines(IReadOnlyDictionary<string, byte[]> files, string queue) =>
        Encoding.ASCII.GetString(files.GetValueOrDefault(File(queue), [])).Split('\n')[..^1];

    private static string Id(int item) => item.ToString(CultureInfo.InvariantCulture);

    private async Task PublishAsync()
    {
        await foreach (bool _ in _wanted.Reader.ReadAllAsync())
        {
            foreach (string queue in _plan.Queues)
                await PublishAsync(queue);
        }
    }

    // There are several batches of items at first. Later a kill has left ids behind for a day, so that batches are small, and a long queue would
    // come to no end.
    private async Task PublishAsync(string queue)
    {
        List<Task> unconfirmed = [];
        int enough = Math.Max(Ahead, _sent[queue] == 0 ? 3 * Batch : 0);
        for (uint waiting = await _channel.MessageCountAsync(queue); waiting < enough; waiting++)
        {
            BasicProperties item = new() { MessageId = Id(_sent[queue]++), Persistent = true };
            unconfirmed.Add(_channel.BasicPublishAsync("", queue, mandatory: true, item, Encoding.ASCII.GetBytes($"{item.MessageId}\n")).AsTask());
        }

        await Task.WhenAll(unconfirmed);
    }
}
