using Google.Protobuf;
using Grpc.Core;
using Spouts.Files;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Pachyderm;

/// <summary>
/// A file set while it is being staged: one client stream, whose half-close makes the set. Until then, and for as long as no
/// commit has it, nobody sees any of it; disposing it before it is complete throws it away.
/// </summary>
internal sealed class FileSetUpload(
    AsyncClientStreamingCall<ModifyFileRequest, CreateFileSetResponse> call, StallWatch watch, CancellationToken cancellation) : IAsyncDisposable
{
    // Below the large object heap's threshold on the server's side; larger pieces are not faster.
    private const int ChunkSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[ChunkSize];

    /// <summary>Does what a file says to its path: replaces it, appends to it or takes it away.</summary>
    /// <returns>The number of bytes of its content that were sent; memory that it is in may be reused.</returns>
    /// <exception cref="FileContentException">The content cannot be read.</exception>
    public async Task<long> PutAsync(SpoutFile file)
    {
        if (!await BeginAsync(file).ConfigureAwait(false))
            return 0;
        if (file.IsInMemory)
            return await AddAsync(file.Path, file.Content).ConfigureAwait(false);
        Stream content = await file.OpenAsync(cancellation).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            return await AddAsync(file, content, long.MaxValue).ConfigureAwait(false);
    }

    /// <summary>Does what a file says to its path, with content that was opened before and of which so many bytes are already counted.</summary>
    /// <param name="file">The file.</param>
    /// <param name="opened">Its content, which is disposed.</param>
    /// <param name="length">How many bytes of it are sent, also where it has grown since.</param>
    /// <exception cref="FileContentException">The content cannot be read, or is shorter.</exception>
    public async Task PutAsync(SpoutFile file, Stream opened, long length)
    {
        await using (opened.ConfigureAwait(false))
        {
            if (!await BeginAsync(file).ConfigureAwait(false))
                return;
            long sent = await AddAsync(file, opened, length).ConfigureAwait(false);
            if (sent < length)
                throw new FileContentException(file, new EndOfStreamException($"it was cut from {length} to {sent} bytes while it was staged"));
        }
    }

    /// <summary>Half-closes the stream.</summary>
    /// <returns>The file set's id.</returns>
    public async Task<string> CompleteAsync()
    {
        try
        {
            await watch.WatchAsync(call.RequestStream.CompleteAsync(), "accepted no data").ConfigureAwait(false);
            return (await watch.WatchAsync(call.ResponseAsync, "not responded").ConfigureAwait(false)).FileSetId;
        }
        catch (RpcException error)
        {
            throw watch.Translate(error, cancellation);
        }
    }

    public ValueTask DisposeAsync()
    {
        call.Dispose();
        watch.Dispose();
        return ValueTask.CompletedTask;
    }

    // False where there is no content to add.
    private async ValueTask<bool> BeginAsync(SpoutFile file)
    {
        if (file.Change is not FileChange.Append)
            await SendAsync(new() { DeleteFile = new() { Path = file.Path } }).ConfigureAwait(false);
        return file.Change is not FileChange.Delete;
    }

    private async Task<long> AddAsync(string path, ReadOnlyMemory<byte> content)
    {
        for (ReadOnlyMemory<byte> left = content; ;)
        {
            int count = Math.Min(left.Length, ChunkSize);
            await SendAsync(path, left[..count]).ConfigureAwait(false);
            left = left[count..];
            if (left.IsEmpty)
                return content.Length;
        }
    }

    private async Task<long> AddAsync(SpoutFile file, Stream content, long most)
    {
        long total = 0;
        int read = await ReadAsync(file, content, most).ConfigureAwait(false);
        do
        {
            await SendAsync(file.Path, _buffer.AsMemory(0, read)).ConfigureAwait(false);
            total += read;
            read = read < ChunkSize ? 0 : await ReadAsync(file, content, most - total).ConfigureAwait(false);
        }
        while (read > 0);
        return total;
    }

    private async ValueTask<int> ReadAsync(SpoutFile file, Stream content, long most)
    {
        Memory<byte> buffer = _buffer.AsMemory(0, (int)Math.Min(ChunkSize, most));
        try
        {
            return await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is not SpoutConfigurationException && !cancellation.IsCancellationRequested)
        {
            throw new FileContentException(file, failed);
        }
    }

    // The message borrows the memory: gRPC serialises it before it is written, so a completed write has its own copy.
    private Task SendAsync(string path, ReadOnlyMemory<byte> piece) =>
        SendAsync(new() { AddFile = new() { Path = path, Raw = UnsafeByteOperations.UnsafeWrap(piece) } });

    private async Task SendAsync(ModifyFileRequest message)
    {
        try
        {
            await watch.WatchAsync(call.RequestStream.WriteAsync(message), "accepted no data").ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is RpcException or InvalidOperationException or IOException)
        {
            // A stream that has ended, or whose connection broke, says so on the next write; why, its answer says.
            if (broken is RpcException { StatusCode: not StatusCode.OK } told)
                throw watch.Translate(told, cancellation);
            await CompleteAsync().ConfigureAwait(false);
            throw;
        }
    }
}
