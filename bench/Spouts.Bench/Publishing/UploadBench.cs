using Spouts.Bench.Local;
using Spouts.Bench.Upload;

namespace Spouts.Bench.Publishing;

/// <summary>What a batch costs its spout until it is staged, against uploads of the same bytes that do nothing else.</summary>
internal sealed class UploadBench(bool small, Report report)
{
    private const int Repeats = 3;

    /// <summary>One large file.</summary>
    public async Task FileAsync()
    {
        int size = small ? 64 << 20 : 1 << 30;
        using RawServer server = await RawServer.StartAsync();
        report.Section($"A file of {size >> 20:N0} MiB to a server that throws it away");
        UploadResult[] tcp = await RunAsync("tcp", server, 1, size), http2 = await RunAsync("http2", server, 1, size);
        UploadResult[] grpc = await RunAsync("grpc", server, 1, size), spout = await RunAsync("spout", server, 1, size);
        report.Figure("TCP alone", Rate(tcp, size));
        report.Figure("HTTP/2 alone: one POST", Rate(http2, size));
        report.Figure("HTTP/2 client streaming: the same messages in a bare loop", Rate(grpc, size));
        report.Figure("a spout", Rate(spout, size));
        report.AtLeast("   against the bare loop", Best(grpc) / Best(spout), 0.9);
        report.Count("   full collections", spout.Max(static run => run.Gen2Collections), 0);
        report.Figure("   most memory resident", $"{spout.Max(static run => run.PeakBytes) >> 20} MiB");
    }

    /// <summary>Many small ones.</summary>
    public async Task FilesAsync()
    {
        int files = small ? 10_000 : 100_000;
        using RawServer server = await RawServer.StartAsync();
        report.Section($"{files:N0} files of 1 KiB in one batch");
        UploadResult[] grpc = await RunAsync("grpc", server, files, 1024), spout = await RunAsync("spout", server, files, 1024);
        double bare = grpc.Min(static run => run.CpuSeconds), mine = spout.Min(static run => run.CpuSeconds);
        report.Figure("processor time: the same messages in a bare loop, a spout", $"{bare:N2}, {mine:N2} s");
        report.AtMost("   against the bare loop", mine / bare, 1.5);
        report.Figure("time: the bare loop, a spout", $"{Best(grpc):N2}, {Best(spout):N2} s");
        report.Figure("most memory resident", $"{spout.Max(static run => run.PeakBytes) >> 20} MiB");
    }

    /// <summary>Ten times as many, by a program that is compiled ahead of time, and by one that is not.</summary>
    public async Task MillionAsync()
    {
        int files = small ? 20_000 : 1_000_000;
        using RawServer server = await RawServer.StartAsync();
        report.Section($"{files:N0} files of 1 KiB in one batch");
        UploadResult few = await new UploadClient().RunAsync("spout", server, files / 10, 1024);
        UploadResult all = await new UploadClient().RunAsync("spout", server, files, 1024);
        report.Figure("time, processor time", $"{all.Seconds:N1}, {all.CpuSeconds:N1} s");
        report.Figure("most memory resident with a tenth of them, with all", $"{few.PeakBytes >> 20}, {all.PeakBytes >> 20} MiB");
        if (small)
            return;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("spouts-bench-upload-");
        try
        {
            NativeProgram program = await NativeProgram.PublishAsync("Spouts.Bench.Upload", folder);
            UploadResult native = await new UploadClient(program.Path).RunAsync("spout", server, files, 1024);
            report.Figure("compiled ahead of time: time, processor time", $"{native.Seconds:N1}, {native.CpuSeconds:N1} s");
            report.Limit("   most memory resident", $"{native.PeakBytes >> 20} MiB", "<= 64 MiB", native.PeakBytes <= 64 << 20);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Small ones with a cursor that is large.</summary>
    public async Task CursorsAsync()
    {
        int files = small ? 10_000 : 100_000;
        using RawServer server = await RawServer.StartAsync();
        report.Section($"{files:N0} files of 1 KiB in batches of 1,000, with a cursor that moves with each");
        double number = Best(await RunAsync("number", server, files, 1024));
        report.Figure("time with a number", $"{number:N2} s");
        double text = Best(await RunAsync("text", server, files, 1024)), list = Best(await RunAsync("list", server, files, 1024));
        Judge("more with a text of 10 KiB", text - number);
        Judge("more with a list of 10 KiB, changed in place", list - number);

        void Judge(string what, double seconds) => report.Limit(what, $"{seconds:N2} s", "<= 2 s", small || seconds <= 2);
    }

    // The best of a few, in processes of their own: what disturbs a run only ever slows it.
    private async Task<UploadResult[]> RunAsync(string way, RawServer server, long files, int size)
    {
        UploadResult[] runs = new UploadResult[small ? 1 : Repeats];
        for (int i = 0; i < runs.Length; i++)
            runs[i] = await new UploadClient().RunAsync(way, server, files, size);
        return runs;
    }

    private static double Best(IEnumerable<UploadResult> runs) => runs.Min(static run => run.Seconds);

    private static string Rate(UploadResult[] runs, long bytes) => $"{bytes / Best(runs) / (1 << 20):N0} MiB/s";
}
