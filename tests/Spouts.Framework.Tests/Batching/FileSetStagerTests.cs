using System.Text;
using Spouts.Batching;
using Spouts.Publishing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Batching;

/// <summary>A large batch is staged over several streams; nobody may see that.</summary>
public sealed class FileSetStagerTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Fact]
    public async Task A_large_batch_arrives_as_it_was_yielded_whatever_stream_each_file_took()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        string local = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(local, "local");
            SpoutFile[] files =
            [
                .. Enumerable.Range(0, 1500).Select(static i => SpoutFile.Text($"/files/{i}", $"{i}")),

                // These began in the first stream.
                .. Enumerable.Range(0, 100).Select(static i => SpoutFile.Text($"/files/{i}", $"+{i}").Appended()),
                .. Enumerable.Range(100, 100).Select(static i => SpoutFile.Text($"/files/{i}", "new")),
                .. Enumerable.Range(200, 100).Select(static i => SpoutFile.Delete($"/files/{i}")),

                // These did not.
                .. Enumerable.Range(1400, 50).Select(static i => SpoutFile.Text($"/files/{i}", $"+{i}").Appended()),
                .. Enumerable.Range(1450, 50).Select(static i => SpoutFile.Delete($"/files/{i}")),
                SpoutFile.FromLocal("/local", local),
                SpoutFile.Written("/written", static (content, ct) => content.WriteAsync("written"u8.ToArray(), ct).AsTask()),
                SpoutFile.Bytes("/large", new byte[3 << 20]),
            ];

            PublishResult result = await spout.PublishAsync(1, files);

            PublishResult.Committed committed = Assert.IsType<PublishResult.Committed>(result);
            Assert.Equal(files.Length - 300 - 100, committed.Ledger.Files);
            Dictionary<string, string> arrived = (await spout.Arrived.ReadFilesAsync()).ToDictionary(
                static file => file.Key, static file => Encoding.UTF8.GetString(file.Value), StringComparer.Ordinal);
            Assert.Equal(1500 - 150 + 3, arrived.Count);
            for (int i = 0; i < 1450; i++)
            {
                string? expected = i is < 100 or >= 1400 ? $"{i}+{i}" : i < 200 ? "new" : i < 300 ? null : $"{i}";
                Assert.Equal(expected, arrived.GetValueOrDefault($"/files/{i}"));
            }

            Assert.Equal(("local", "written", 3 << 20), (arrived["/local"], arrived["/written"], arrived["/large"].Length));
        }
        finally
        {
            File.Delete(local);
        }
    }

    [Fact]
    public async Task A_local_file_may_be_deleted_once_the_source_goes_on()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            await using FileSetStager stager = new(spout.Repo, CancellationToken.None);
            for (int i = 0; i < 1200; i++)
            {
                string local = Path.Combine(folder.FullName, "file");
                await File.WriteAllTextAsync(local, $"{i}");
                await stager.AddAsync(SpoutFile.FromLocal($"/{i}", local));
                File.Delete(local);
            }

            string fileSet = await stager.CompleteAsync();

            using StreamReader last = new(await spout.Repo.OpenStagedAsync(fileSet, "/1199", CancellationToken.None));
            Assert.Equal("1199", await last.ReadToEndAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_says_which_though_others_were_taken_since()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using FileSetStager stager = new(spout.Repo, CancellationToken.None);
        for (int i = 0; i < 1000; i++)
            await stager.AddAsync(SpoutFile.Text($"/{i}", ""));

        FileContentException failed = await Assert.ThrowsAsync<FileContentException>(
            () => stager.AddAsync(SpoutFile.Written("/broken", static (_, _) => throw new IOException("the share is gone"))));

        Assert.Equal("/broken", failed.Path);
        await Assert.ThrowsAsync<FileContentException>(stager.CompleteAsync);
    }
}
