using System.Buffers;
using System.Threading.Channels;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>One of several streams that a batch is staged over: a few files wait for it while the source goes on.</summary>
internal sealed class UploadLane : IAsyncDisposable
{
    private const int MostWaiting = 4;

    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });
    private readonly FileSetUpload _upload;
    private readonly CancellationToken _cancellation;
    private readonly Task _work;

    public UploadLane(FileSetUpload upload, CancellationToken cancellation)
    {
        _upload = upload;
        _cancellation = cancellation;
        _work = WorkAsync();
    }

    /// <summary>Takes a copy of a file in memory, which the source may reuse at once, and waits only for a place in the lane.</summary>
    public Task AddCopyAsync(SpoutFile file)
    {
        int length = file.Content.Length;
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        file.Content.CopyTo(copy);
        return WriteAsync(new(file.Holding(copy.AsMemory(0, length))) { Copy = copy });
    }

    /// <summary>Takes a file whose content can be read while the source goes on, and waits only for a place in the lane.</summary>
    /// <param name="file">The file.</param>
    /// <param name="opened">Its content, disposed when it was read.</param>
    /// <param name="length">How many bytes of it are staged.</param>
    public Task AddAsync(SpoutFile file, Stream opened, long length) => WriteAsync(new(file) { Opened = opened, Length = length });

    /// <summary>Takes a file and waits until it is staged.</summary>
    /// <returns>The number of bytes of its content.</returns>
    public async Task<long> StageAsync(SpoutFile file)
    {
        TaskCompletionSource<long> staged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await WriteAsync(new(file) { Staged = staged }).ConfigureAwait(false);
        await Task.WhenAny(staged.Task, _work).Unwrap().ConfigureAwait(false);
        return await staged.Task.ConfigureAwait(false);
    }

    /// <summary>Ends the stream behind the files that wait.</summary>
    /// <returns>The file set's id.</returns>
    public async Task<string> CompleteAsync()
    {
        _waiting.Writer.TryComplete();
        await _work.ConfigureAwait(false);
        return await _upload.CompleteAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _upload.DisposeAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_waiting.Reader.TryRead(out Waiting? left))
        {
            if (left.Opened is { } content)
                await content.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(Waiting file)
    {
        try
        {
            await _waiting.Writer.WriteAsync(file, _cancellation).ConfigureAwait(false);
        }
        catch (Exception closed) when (closed is ChannelClosedException or OperationCanceledException)
        {
            if (file.Opened is { } content)
                await content.DisposeAsync().ConfigureAwait(false);

            // Why it takes nothing more, its work says.
            await _work.ConfigureAwait(false);
            throw;
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (Waiting next in _waiting.Reader.ReadAllAsync(_cancellation).ConfigureAwait(false))
            {
                if (next.Opened is { } content)
                    await _upload.PutAsync(next.File, content, next.Length).ConfigureAwait(false);
                else
                    await UploadAsync(next).ConfigureAwait(false);
            }
        }
        finally
        {
            _waiting.Writer.TryComplete();
        }
    }

    private async Task UploadAsync(Waiting next)
    {
        long bytes = await _upload.PutAsync(next.File).ConfigureAwait(false);
        next.Staged?.SetResult(bytes);

        // Where the upload has failed, the connection may still be reading it.
        if (next.Copy is { } copy)
            ArrayPool<byte>.Shared.Return(copy);
    }

    private sealed record Waiting(SpoutFile File)
    {
        public Stream? Opened { get; init; }

        public long Length { get; init; }

        public byte[]? Copy { get; init; }

        public TaskCompletionSource<long>? Staged { get; init; }
    }
}
