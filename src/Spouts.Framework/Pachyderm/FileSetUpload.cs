using Google.Protobuf;
using Grpc.Core;
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

    /// <summary>Takes a path away, so that what follows replaces it.</summary>
    public Task DeleteAsync(string path) => SendAsync(new() { DeleteFile = new() { Path = path } });

    /// <summary>Adds a stream's content to a path, in pieces of bounded size.</summary>
    /// <returns>The number of bytes.</returns>
    public async Task<long> AddAsync(string path, Stream content)
    {
        long total = 0;
        int read = await content.ReadAtLeastAsync(_buffer, ChunkSize, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        do
        {
            // The message borrows the buffer: once it has been written, the connection has its own copy.
            ByteString piece = UnsafeByteOperations.UnsafeWrap(_buffer.AsMemory(0, read));
            await SendAsync(new() { AddFile = new() { Path = path, Raw = piece } }).ConfigureAwait(false);
            total += read;
            read = read < ChunkSize ? 0 : await content.ReadAtLeastAsync(
                _buffer, ChunkSize, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        }
        while (read > 0);
        return total;
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
