using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Files;

namespace Spouts.Pachyderm;

/// <summary>The content of a file as the server streams it.</summary>
internal sealed class FileDownload(AsyncServerStreamingCall<BytesValue> call, StallWatch watch) : ForwardStream
{
    private ReadOnlyMemory<byte> _piece;
    private bool _ended;

    /// <summary>Waits for the first piece, so that a missing file is an error of opening it.</summary>
    public async Task BeginAsync(CancellationToken cancellation) => await NextPieceAsync(cancellation).ConfigureAwait(false);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        while (_piece.IsEmpty)
        {
            if (_ended)
                return 0;
            await NextPieceAsync(cancellationToken).ConfigureAwait(false);
        }

        int count = Math.Min(buffer.Length, _piece.Length);
        _piece[..count].CopyTo(buffer);
        _piece = _piece[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            call.Dispose();
            watch.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task NextPieceAsync(CancellationToken cancellation)
    {
        try
        {
            if (await watch.WatchAsync(call.ResponseStream.MoveNext(cancellation), "sent no data").ConfigureAwait(false))
                _piece = call.ResponseStream.Current.Value.Memory;
            else
                _ended = true;
        }
        catch (RpcException error)
        {
            throw watch.Translate(error, cancellation);
        }
    }
}
