using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Spouts.Pachyderm;

/// <summary>The content of a file as the server streams it.</summary>
internal sealed class FileDownload(AsyncServerStreamingCall<BytesValue> call, string what) : Stream
{
    private ReadOnlyMemory<byte> _piece;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            call.Dispose();
        base.Dispose(disposing);
    }

    private async Task NextPieceAsync(CancellationToken cancellation)
    {
        try
        {
            if (await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false))
                _piece = call.ResponseStream.Current.Value.Memory;
            else
                _ended = true;
        }
        catch (RpcException error)
        {
            throw OutputRepo.Translate(error, what, cancellation);
        }
    }
}
