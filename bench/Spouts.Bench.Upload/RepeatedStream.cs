namespace Spouts.Bench.Upload;

/// <summary>A content that costs nothing to make: one piece, again and again.</summary>
internal sealed class RepeatedStream(byte[] piece, int times) : Stream
{
    private readonly long _length = (long)piece.Length * times;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int at = (int)(_position % piece.Length);
        int count = (int)Math.Min(Math.Min(buffer.Length, piece.Length - at), _length - _position);
        piece.AsSpan(at, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
