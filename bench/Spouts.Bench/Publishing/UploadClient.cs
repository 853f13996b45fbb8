using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Spouts.Bench.Local;
using Spouts.Bench.Upload;

namespace Spouts.Bench.Publishing;

/// <summary>Runs one upload in a process of its own: <c>Spouts.Bench.Upload</c>.</summary>
/// <param name="compiled">The program, compiled ahead of time; null to run it as it was built.</param>
internal sealed class UploadClient(string? compiled = null)
{
    private static readonly string Built = typeof(UploadClient).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "Upload").Value!;

    /// <summary>Runs an upload.</summary>
    /// <param name="way"><c>spout</c>, <c>grpc</c>, <c>http2</c> or <c>tcp</c>; or a spout with a cursor: <c>number</c>, <c>text</c> or <c>list</c>.</param>
    /// <param name="server">The server that throws it away.</param>
    /// <param name="files">How many files.</param>
    /// <param name="size">How many bytes each; with more than one piece of 64 KiB it is streamed.</param>
    public async Task<UploadResult> RunAsync(string way, RawServer server, long files, int size)
    {
        string[] arguments = [way, $"{server.Address}", $"{server.TcpPort}", $"{files}", $"{size}"];
        ProcessStartInfo start = compiled is null
            ? new("dotnet", [Built, .. arguments])
            : new(compiled, arguments);
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        string json = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize(json, UploadJson.Default.UploadResult)!
            : throw new InvalidOperationException($"The upload '{way}' failed with exit code {process.ExitCode}.");
    }
}
