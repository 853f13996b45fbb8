using System.Net;

namespace Spouts.Bench.Upload;

/// <summary>The body of a raw upload: the same pieces that the large file is made of.</summary>
internal sealed class PieceContent(Content pieces, long count) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (long number = 0; number < count; number++)
            await stream.WriteAsync(pieces[number]);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = count * pieces.Size;
        return true;
    }
}
