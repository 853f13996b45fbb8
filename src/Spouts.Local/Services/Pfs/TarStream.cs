using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core.Files;
using Spouts.Local.Store;

namespace Spouts.Local.Services;

/// <summary>Sends files as one tar archive, header by header and piece by piece, without ever holding a file.</summary>
internal sealed class TarStream(ChunkStore chunks, IServerStreamWriter<BytesValue> responses, CancellationToken cancellation)
{
    private const int PieceSize = 1024 * 1024;

    // Small pieces are joined, so that a thousand small files are not three thousand messages.
    private readonly ArrayBufferWriter<byte> _pending = new();

    public async Task AddAsync(FileNode node)
    {
        await WriteAsync(TarHeader.Create(node.Path, node.IsDirectory ? 0 : node.Size, node.IsDirectory));
        if (node.IsDirectory)
            return;
        foreach (ReadOnlyMemory<byte> piece in FileContent.Read(node.Entry, chunks, 0, PieceSize))
            await WriteAsync(piece);
        int padding = (int)(-node.Size & (TarHeader.Block - 1));
        if (padding > 0)
            await WriteAsync(new byte[padding]);
    }

    public async Task EndAsync()
    {
        await WriteAsync(new byte[2 * TarHeader.Block]);
        await FlushAsync();
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_pending.WrittenCount + bytes.Length > PieceSize)
            await FlushAsync();
        if (bytes.Length >= PieceSize)
            await responses.WriteAsync(new BytesValue { Value = UnsafeByteOperations.UnsafeWrap(bytes) }, cancellation);
        else
            _pending.Write(bytes.Span);
    }

    private async Task FlushAsync()
    {
        if (_pending.WrittenCount == 0)
            return;
        await responses.WriteAsync(new BytesValue { Value = ByteString.CopyFrom(_pending.WrittenSpan) }, cancellation);
        _pending.ResetWrittenCount();
    }
}
