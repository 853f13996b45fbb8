using Spouts.Files;

namespace Spouts.Operating;

/// <summary>Content on its way: counted, and refused where it ends before its time.</summary>
/// <param name="content">The content.</param>
/// <param name="length">How long it has to be; null where nobody knows.</param>
/// <param name="name">What it is, for messages.</param>
/// <param name="read">Told of each piece.</param>
internal sealed class CheckedStream(Stream content, long? length, string name, Action<long> read) : ForwardStream
{
    /// <summary>Whether the content belongs to somebody else, who disposes it.</summary>
    public bool IsBorrowed { get; init; }

    private long _position;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += count;
        read(count);
        return count > 0 || buffer.IsEmpty || length is null || _position == length
            ? count
            : throw new EndOfStreamException($"{name} breaks off after {_position} of {length} bytes.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !IsBorrowed)
            content.Dispose();
        base.Dispose(disposing);
    }
}
