using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Spouts.Chaos.Spout;

/// <summary>
/// A queue of RabbitMQ's, appended item by item to one file: the form in which every item that is delivered twice, and brought in
/// twice, shows.
/// </summary>
internal static class RabbitQueue
{
    /// <summary>The spout of one queue.</summary>
    public const string SpoutName = "rabbit-queue";

    /// <summary>The spout of two.</summary>
    public const string PairName = "rabbit-queues";

    // Four batches, as many as are on their way when a connection breaks; the broker sends no more before some are acknowledged.
    private static ushort Prefetch => checked((ushort)(4 * Settings.Batch));

    /// <param name="queue">The queue, after which its file is named.</param>
    /// <param name="byBatch">Whether it is acknowledged batch by batch, with <c>multiple: true</c>, and not item by item.</param>
    /// <param name="context">Where batches are told from each other.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async IAsyncEnumerable<SpoutFile> Follow(
        string queue, bool byBatch, SpoutContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ConnectionFactory broker = new() { Uri = Settings.Broker, AutomaticRecoveryEnabled = false };
        await using IConnection connection = await broker.CreateConnectionAsync(cancellation);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellation);

        // An acknowledgement has no reply of its own, the transaction that it is in has.
        await channel.TxSelectAsync(cancellation);
        await channel.BasicQosAsync(0, Prefetch, global: false, cancellation);
        Channel<(string Id, byte[] Body, ulong Tag)> delivered = Channel.CreateUnbounded<(string, byte[], ulong)>();
        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += async (_, item) =>
            await delivered.Writer.WriteAsync((item.BasicProperties.MessageId!, item.Body.ToArray(), item.DeliveryTag), cancellation);
        consumer.ShutdownAsync += (_, why) =>
        {
            delivered.Writer.TryComplete(new IOException($"The broker is gone: {why.ReplyText}"));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer, cancellation);

        // The last file of the batch that is acknowledged. Later ones have been delivered already: the source runs on meanwhile.
        ulong last = 0;
        if (byBatch)
            context.OnCommitted(AcknowledgeBatchAsync);
        await foreach ((string id, byte[] body, ulong tag) in delivered.Reader.ReadAllAsync(cancellation))
        {
            yield return SpoutFile.Bytes($"/{queue}", body).Appended().WithItem(id).OnCommitted(async (_, ct) =>
            {
                if (byBatch)
                {
                    last = tag;
                    return;
                }

                await channel.BasicAckAsync(tag, multiple: false, ct);
                await channel.TxCommitAsync(ct);
            });
        }

        async ValueTask AcknowledgeBatchAsync(CommittedBatch batch, CancellationToken ended)
        {
            AskedStop.Heed();
            await channel.BasicAckAsync(last, multiple: true, ended);
            await channel.TxCommitAsync(ended);
        }
    }
}
