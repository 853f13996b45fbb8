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
/// A queue of a RabbitMQ: numbered items, each published until the broker has confirmed it. It delivers an item again whenever the
/// connection that it was delivered to is gone before it was acknowledged.
/// </summary>
internal sealed class QueueSource : ChaosSource
{
    private const string Queue = "items";
    private const string File = "/items";

    private readonly RabbitBroker _broker;
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly bool _byBatch;
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _publishing;
    private volatile int _items;

    private QueueSource(RabbitBroker broker, IConnection connection, IChannel channel, bool byBatch)
        : base("rabbit-queue")
    {
        (_broker, _connection, _channel, _byBatch) = (broker, connection, channel, byBatch);
        _publishing = PublishAsync();
    }

    public override string AppendsTo => File;

    public override int Items => _items;

    public override IEnumerable<KeyValuePair<string, string>> Variables =>
    [
        .. base.Variables,
        new("CHAOS_BROKER", _broker.Address.ToString()),
        new("CHAOS_ACKNOWLEDGE_BATCHES", _byBatch ? "true" : "false"),
    ];

    public static async Task<QueueSource> CreateAsync(bool byBatch, CancellationToken cancellation)
    {
        RabbitBroker broker = await RabbitBroker.StartAsync(cancellation);
        IConnection connection = await new ConnectionFactory { Uri = broker.Address }.CreateConnectionAsync(cancellation);
        CreateChannelOptions confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        IChannel channel = await connection.CreateChannelAsync(confirmed, cancellation);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellation);
        return new(broker, connection, channel, byBatch);
    }

    public override void Feed(JsonElement cursors) => _wanted.Writer.TryWrite(true);

    public override async Task CloseAsync()
    {
        _wanted.Writer.TryComplete();
        await _publishing;
    }

    public override async Task<bool> IsDrainedAsync(SourceEntry entry, SpoutRepo repo, CancellationToken cancellation) =>
        await _channel.MessageCountAsync(Queue, cancellation) == 0
        && Lines(await repo.ReadFilesAsync(cancellation)).Distinct().Count() >= _items;

    public override void Compare(IReadOnlyDictionary<string, byte[]> files, ChaosFindings findings)
    {
        Dictionary<string, int> seen = Lines(files).CountBy(line => line).ToDictionary(StringComparer.Ordinal);
        string[] sent = [.. Enumerable.Range(0, _items).Select(Id)];
        findings.Lost.AddRange(sent.Where(item => !seen.ContainsKey(item)).Select(item => $"item {item}"));
        findings.Doubled.AddRange(seen.Where(item => item.Value > 1).Select(item => $"item {item.Key}, {item.Value} times"));
        findings.Doubled.AddRange(seen.Keys.Except(sent).Select(item => $"item '{item}', which was never sent"));
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
        _broker.Dispose();
        await base.DisposeAsync();
    }

    private static string[] Lines(IReadOnlyDictionary<string, byte[]> files) =>
        Encoding.ASCII.GetString(files.GetValueOrDefault(File, [])).Split('\n')[..^1];

    private static string Id(int item) => item.ToString(CultureInfo.InvariantCulture);

    private async Task PublishAsync()
    {
        await foreach (bool _ in _wanted.Reader.ReadAllAsync())
        {
            for (uint waiting = await _channel.MessageCountAsync(Queue); waiting < Ahead; waiting++)
            {
                BasicProperties item = new() { MessageId = Id(_items), Persistent = true };
                await _channel.BasicPublishAsync("", Queue, mandatory: true, item, Encoding.ASCII.GetBytes($"{item.MessageId}\n"));
                _items++;
            }
        }
    }
}
