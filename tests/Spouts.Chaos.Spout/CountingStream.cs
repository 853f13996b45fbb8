using System.Buffers.Binary;

namespace Spouts.Chaos.Spout;

/// <summary>So many bytes: the numbers from 0 up, eight bytes each. No two blocks of it are equal, so nothing can be stored once for two.</summary>
public sealed class CountingStream(long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length / 8 * 8, length - _position);
        for (int i = 0; i < count; i += 8)
            BinaryPrimitives.WriteInt64LittleEndian(buffer[i..], (_position + i) / 8);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
