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

    /// <summary>Takes a file that can be read while the source goes on, and waits only for a place in the lane.</summary>
    /// <param name="file">The file.</param>
    /// <param name="opened">Its content, opened, where it is not in memory; disposed when it was read.</param>
    public Task AddAsync(SpoutFile file, Stream? opened) => WriteAsync(new(file, opened, Staged: null));

    /// <summary>Takes a file and waits until it is staged.</summary>
    /// <returns>The number of bytes of its content.</returns>
    public async Task<long> StageAsync(SpoutFile file)
    {
        TaskCompletionSource<long> staged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await WriteAsync(new(file, Opened: null, staged)).ConfigureAwait(false);
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
                long bytes = await _upload.PutAsync(next.File, next.Opened).ConfigureAwait(false);
                next.Staged?.SetResult(bytes);
            }
        }
        finally
        {
            _waiting.Writer.TryComplete();
        }
    }

    private sealed record Waiting(SpoutFile File, Stream? Opened, TaskCompletionSource<long>? Staged);
}
