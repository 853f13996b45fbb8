using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Spouts;

namespace LogTail;

/// <summary>
/// Follows a log file that grows, in whole lines. How far it has come is a cursor, and travels with the lines: after a kill it goes
/// on behind the last line that was committed, so none is missing and none is there twice.
/// </summary>
[Spout("log-tail", Description = "A log file that grows, line by line.")]
public sealed class Tail(IConfiguration configuration, IHostEnvironment environment)
{
    private const int ChunkSize = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly string _file = Path.Combine(environment.ContentRootPath, configuration["LogTail:File"] ?? "sample.log");

    [Stream]
    [Batch(Bytes = 64 * 1024 * 1024, Period = "5s")]
    public async IAsyncEnumerable<SpoutFile> Follow(Cursor<long> offset, [EnumeratorCancellation] CancellationToken cancellation)
    {
        byte[] chunk = new byte[ChunkSize];
        string path = "/" + SpoutPath.Encode(Path.GetFileName(_file));
        await using FileStream log = new(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        while (true)
        {
            // A file that is shorter than it was has been begun anew.
            log.Position = offset.Value <= log.Length ? offset.Value : 0;
            int read = await log.ReadAtLeastAsync(chunk, ChunkSize, throwOnEndOfStream: false, cancellation);
            int whole = chunk.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
            if (whole == 0 && read == ChunkSize)
                whole = read;
            if (whole == 0)
            {
                await Task.Delay(Pause, cancellation);
                continue;
            }

            yield return SpoutFile.Bytes(path, chunk.AsMemory(0, whole)).Appended().WithCursor(offset, log.Position - read + whole);
        }
    }
}
