using System.IO.Pipelines;

namespace Spouts.Files;

/// <summary>
/// Reads what a callback writes meanwhile. The callback waits for its reader, its reader gets what it throws, and it has ended when
/// the stream is disposed.
/// </summary>
internal sealed class WrittenStream : ForwardStream
{
    private readonly CancellationTokenSource _end;
    private readonly Stream _content;
    private readonly Task _writing;

    public WrittenStream(Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        Pipe pipe = new();
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _content = pipe.Reader.AsStream();
        _writing = WriteAsync(pipe.Writer, write, _end.Token);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _content.ReadAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => _content.Read(buffer, offset, count);

    public override async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _content.DisposeAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        _end.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    // Whatever the callback throws is the reader's: the content is not whole.
    private static async Task WriteAsync(PipeWriter content, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        Exception? failed = null;
        try
        {
            await Task.Yield();
            await write(content.AsStream(leaveOpen: true), cancellation).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            failed = thrown;
        }

        await content.CompleteAsync(failed).ConfigureAwait(false);
    }
}
