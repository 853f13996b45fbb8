using System.Formats.Tar;
using System.Globalization;
using System.Text;
using Grpc.Core;
using Spouts.Hosting;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Tests.Pachyderm;
using Spouts.Tests.Publishing;
using Spouts.Tests.Scheduling;
using File = System.IO.File;

namespace Spouts.Tests.Batching;

/// <summary>Memory is the source's own again once it is asked for its next file.</summary>
public sealed class ReusedMemoryTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Theory]
    [InlineData(1)]
    [InlineData(1_001)]
    [InlineData(20_000)]
    public async Task A_source_may_bring_all_its_files_in_one_buffer(int files)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();

        await RunAsync(spout, Reused(files));

        Dictionary<string, string> arrived = await ReadAllAsync(spout);
        Assert.Equal(files, arrived.Count);
        Assert.DoesNotContain(arrived, static file => file.Key != file.Value);
    }

    [Fact]
    public async Task A_source_may_reuse_a_buffer_between_large_local_files()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        string large = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(large, new byte[3 << 20]);

            await RunAsync(spout, Reused(60).SelectMany(file => new[] { SpoutFile.FromLocal($"/large{file.Path}", large), file }));

            Dictionary<string, string> arrived = await ReadAllAsync(spout);
            Assert.Equal(120, arrived.Count);
            Assert.DoesNotContain(arrived, static file => file.Key.StartsWith("large", StringComparison.Ordinal)
                ? file.Value.Length != 3 << 20
                : file.Key != file.Value);
        }
        finally
        {
            File.Delete(large);
        }
    }

    [Fact]
    public async Task A_buffer_may_be_reused_before_the_server_has_read_it()
    {
        await using ScriptedServer server = ScriptedServer.Start(TimeProvider.System);
        TaskCompletionSource read = new();
        server.Stalls["read set1"] = read.Task;
        await using FileSetUpload upload = server.Repo.Upload(CancellationToken.None);
        byte[] buffer = new byte[300_000];
        Array.Fill(buffer, (byte)'a');

        await upload.PutAsync(SpoutFile.Bytes("/a", buffer));
        Array.Fill(buffer, (byte)'b');
        read.SetResult();
        string fileSet = await upload.CompleteAsync();

        Assert.DoesNotContain(server.FileSets[fileSet]["/a"], static letter => letter != 'a');
    }

    private static IEnumerable<SpoutFile> Reused(int files)
    {
        byte[] buffer = new byte[6];
        for (int i = 0; i < files; i++)
        {
            string name = i.ToString("000000", CultureInfo.InvariantCulture);
            Encoding.UTF8.GetBytes(name, buffer);
            yield return SpoutFile.Bytes($"/{name}", buffer);
        }

        buffer.AsSpan().Clear();
    }

    private static async Task RunAsync(TestSpout spout, IEnumerable<SpoutFile> files)
    {
        using Running running = new(spout, new SourceRegistration
        {
            Name = "Fetch",
            Trigger = new PollTrigger(TimeSpan.FromHours(1)),
            Run = (_, _, cancellationToken) => SourceFiles.From(files, cancellationToken),
        });
        await running.OnceAsync();
    }

    // In one call: file by file takes longer than staging them.
    private async Task<Dictionary<string, string>> ReadAllAsync(TestSpout spout)
    {
        using PachydermChannel cluster = new(pachd.Cluster.Address, token: null);
        Repo repo = new() { Project = new() { Name = spout.Worker.Project }, Name = spout.Name, Type = "user" };
        Commit head = new() { Repo = repo, Id = await spout.Repo.HeadAsync(CancellationToken.None) };
        using var archive = new API.APIClient(cluster.Invoker).GetFileTAR(new() { File = new() { Commit = head, Path = "/**" } });
        using MemoryStream content = new();
        await foreach (var piece in archive.ResponseStream.ReadAllAsync())
            piece.Value.WriteTo(content);
        content.Position = 0;
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        await using TarReader reader = new(content);
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                using StreamReader text = new(entry.DataStream ?? Stream.Null);
                files.Add(entry.Name.Trim('/'), await text.ReadToEndAsync());
            }
        }

        return files;
    }
}
