using System.Security.Cryptography;

namespace Spouts.Files;

/// <summary>Passes a stream on, and says once it is disposed what <see cref="ItemContent"/> makes of all that was read.</summary>
internal sealed class HashedStream(Stream content, Action<string> told) : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;
    private bool _isDisposed;

    public override long Length => content.Length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _length += read;
        if (_length <= ItemContent.MaxHashed)
            _hash.AppendData(buffer.Span[..read]);
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        Tell();
        await content.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Tell();
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Tell()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        told(_length > ItemContent.MaxHashed ? ItemContent.OfLength(_length) : ItemContent.OfHash(_hash.GetHashAndReset()));
        _hash.Dispose();
    }
}
