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
    AsyncClientStreamingCall<ModifyFileRequest, CreateFileSetResponse> call, string repo, CancellationToken cancellation) : IAsyncDisposable
{
    // Below the large object heap's threshold on the server's side; larger pieces are not faster.
    private const int ChunkSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[ChunkSize];

    /// <summary>Does what a file says to its path: replaces it, appends to it or takes it away.</summary>
    /// <param name="file">The file.</param>
    /// <param name="opened">Its content, where it was opened before; null to open it now. It is disposed.</param>
    /// <returns>The number of bytes of its content.</returns>
    /// <exception cref="FileContentException">The content cannot be read.</exception>
    public async Task<long> PutAsync(SpoutFile file, Stream? opened = null)
    {
        if (file.Change is not FileChange.Append)
            await SendAsync(new() { DeleteFile = new() { Path = file.Path } }).ConfigureAwait(false);
        if (file.Change is FileChange.Delete)
            return 0;
        if (file.IsInMemory)
            return await AddAsync(file.Path, file.Content).ConfigureAwait(false);
        Stream content = opened ?? await file.OpenAsync(cancellation).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            return await AddAsync(file, content).ConfigureAwait(false);
    }

    /// <summary>Half-closes the stream.</summary>
    /// <returns>The file set's id.</returns>
    public async Task<string> CompleteAsync()
    {
        try
        {
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
            return (await call.ConfigureAwait(false)).FileSetId;
        }
        catch (RpcException error)
        {
            throw OutputRepo.Translate(error, $"stage a file set for {repo}", cancellation);
        }
    }

    public ValueTask DisposeAsync()
    {
        call.Dispose();
        return ValueTask.CompletedTask;
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

    private async Task<long> AddAsync(SpoutFile file, Stream content)
    {
        long total = 0;
        int read = await ReadAsync(file, content).ConfigureAwait(false);
        do
        {
            // The message borrows the buffer: once it has been written, the connection has its own copy.
            await SendAsync(file.Path, _buffer.AsMemory(0, read)).ConfigureAwait(false);
            total += read;
            read = read < ChunkSize ? 0 : await ReadAsync(file, content).ConfigureAwait(false);
        }
        while (read > 0);
        return total;
    }

    private async ValueTask<int> ReadAsync(SpoutFile file, Stream content)
    {
        try
        {
            return await content.ReadAtLeastAsync(_buffer, ChunkSize, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is not SpoutConfigurationException && !cancellation.IsCancellationRequested)
        {
            throw new FileContentException(file, failed);
        }
    }

    private Task SendAsync(string path, ReadOnlyMemory<byte> piece) =>
        SendAsync(new() { AddFile = new() { Path = path, Raw = UnsafeByteOperations.UnsafeWrap(piece) } });

    private async Task SendAsync(ModifyFileRequest message)
    {
        try
        {
            await call.RequestStream.WriteAsync(message, cancellation).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is RpcException or InvalidOperationException or IOException)
        {
            // A stream that has ended, or whose connection broke, says so on the next write; why, its answer says.
            if (broken is RpcException { StatusCode: not StatusCode.OK } told)
                throw OutputRepo.Translate(told, $"stage a file set for {repo}", cancellation);
            await CompleteAsync().ConfigureAwait(false);
            throw;
        }
    }
}
