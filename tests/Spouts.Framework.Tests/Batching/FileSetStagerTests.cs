using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Spouts.Batching;
using Spouts.Publishing;
using Spouts.Tests.Pachyderm;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Batching;

/// <summary>A batch of large files is staged over several streams; nobody may see that.</summary>
public sealed class FileSetStagerTests(PachdFixture pachd) : IClassFixture<PachdFixture>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_batch_arrives_as_it_was_yielded_whatever_stream_each_file_took(bool hasLargeFiles)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        SpoutFile[] files =
        [
            SpoutFile.Text("/first", "first"),
            .. hasLargeFiles ? LargeFiles() : [],
            .. Enumerable.Range(0, 1500).Select(static i => SpoutFile.Text($"/files/{i}", $"{i}")),

            // This began in the first stream.
            SpoutFile.Text("/first", "+").Appended(),

            // These may have begun in another.
            .. Enumerable.Range(0, 100).Select(static i => SpoutFile.Text($"/files/{i}", $"+{i}").Appended()),
            .. Enumerable.Range(100, 100).Select(static i => SpoutFile.Text($"/files/{i}", "new")),
            .. Enumerable.Range(200, 100).Select(static i => SpoutFile.Delete($"/files/{i}")),
            SpoutFile.FromLocal("/local", Local("local", "local"u8)),
            SpoutFile.Written("/written", static (content, ct) => content.WriteAsync("written"u8.ToArray(), ct).AsTask()),
            SpoutFile.Bytes("/large", new byte[3 << 20]),
        ];

        PublishResult result = await spout.PublishAsync(1, files);

        PublishResult.Committed committed = Assert.IsType<PublishResult.Committed>(result);
        Assert.Equal(files.Length - 300 - 1, committed.Ledger.Files);
        Dictionary<string, string> arrived = (await spout.Arrived.ReadFilesAsync()).ToDictionary(
            static file => file.Key, static file => Encoding.UTF8.GetString(file.Value), StringComparer.Ordinal);
        Assert.Equal(committed.Ledger.Files - 100, arrived.Count);
        for (int i = 0; i < 1500; i++)
        {
            string? expected = i < 100 ? $"{i}+{i}" : i < 200 ? "new" : i < 300 ? null : $"{i}";
            Assert.Equal(expected, arrived.GetValueOrDefault($"/files/{i}"));
        }

        Assert.Equal(("first+", "local", "written", 3 << 20), (arrived["/first"], arrived["/local"], arrived["/written"], arrived["/large"].Length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_local_file_may_be_deleted_once_the_source_goes_on(bool hasLargeFiles)
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using FileSetStager stager = new(spout.Repo, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        foreach (SpoutFile large in hasLargeFiles ? LargeFiles() : [])
            await stager.AddAsync(large);
        for (int i = 0; i < 1200; i++)
        {
            string local = Local("file", Encoding.UTF8.GetBytes($"{i}"));
            await stager.AddAsync(SpoutFile.FromLocal($"/{i}", local));
            File.Delete(local);
        }

        string fileSet = await stager.CompleteAsync();

        using StreamReader last = new(await spout.Repo.OpenStagedAsync(fileSet, "/1199", CancellationToken.None));
        Assert.Equal("1199", await last.ReadToEndAsync());
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_says_which_though_others_were_taken_since()
    {
        using TestSpout spout = await pachd.CreateSpoutAsync();
        await using FileSetStager stager = new(spout.Repo, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        foreach (SpoutFile large in LargeFiles())
            await stager.AddAsync(large);
        for (int i = 0; i < 100; i++)
            await stager.AddAsync(SpoutFile.Text($"/{i}", ""));

        FileContentException failed = await Assert.ThrowsAsync<FileContentException>(
            () => stager.AddAsync(SpoutFile.Written("/broken", static (_, _) => throw new IOException("the share is gone"))));

        Assert.Equal("/broken", failed.Path);
        await Assert.ThrowsAsync<FileContentException>(stager.CompleteAsync);
    }

    [Fact]
    public async Task A_batch_of_many_small_files_takes_one_stream_and_needs_no_compaction()
    {
        await using ScriptedServer server = ScriptedServer.Start(TimeProvider.System);
        await using FileSetStager stager = new(server.Repo, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        for (int i = 0; i < 2000; i++)
            await stager.AddAsync(SpoutFile.Bytes($"/{i}", new byte[10_000]));

        string fileSet = await stager.CompleteAsync();

        Assert.Equal([fileSet], server.FileSets.Keys);
        Assert.Equal(2000, server.FileSets[fileSet].Count);
        Assert.Empty(server.Composed);
    }

    [Fact]
    public async Task A_batch_of_large_files_is_joined_and_compacted_before_its_commit_is_opened()
    {
        await using ScriptedServer server = ScriptedServer.Start(TimeProvider.System);
        await using FileSetStager stager = new(server.Repo, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        foreach (SpoutFile large in LargeFiles())
            await stager.AddAsync(large);

        Assert.Equal("composed", await stager.CompleteAsync());

        (var request, _) = Assert.Single(server.Composed);
        Assert.Equal("set1", request.FileSetIds[0]);
        Assert.Equal(["set1", "set2", "set3", "set4", "set5"], request.FileSetIds.Order());
        Assert.Equal((true, (long)FileSetLease.Ttl.TotalSeconds), (request.Compact, request.TtlSeconds));
        Assert.Equal(["/large0", "/large1", "/large2", "/large3"], server.FileSets.Values.SelectMany(static set => set.Keys).Order());
    }

    [Fact]
    public async Task The_sets_of_several_streams_are_kept_alive_until_they_are_joined()
    {
        FakeTimeProvider time = new();
        await using ScriptedServer server = ScriptedServer.Start(time);
        TaskCompletionSource join = new();
        server.Stalls["compose"] = join.Task;
        await using FileSetStager stager = new(server.Repo, time, NullLogger.Instance, CancellationToken.None);
        foreach (SpoutFile large in LargeFiles())
            await stager.AddAsync(large);
        Task<string> completing = stager.CompleteAsync();
        await server.Stalled.Task;

        time.Advance(FileSetLease.Ttl / 2);

        Assert.True(SpinWait.SpinUntil(() => server.Renewed.Distinct().Count() == 5, TimeSpan.FromSeconds(30)));
        join.SetResult();
        Assert.Equal("composed", await completing);
    }

    [Fact]
    public async Task A_batch_one_of_whose_sets_expired_before_they_were_joined_is_staged_again_and_never_published()
    {
        FakeTimeProvider time = new();
        await using ScriptedServer server = ScriptedServer.Start(time);
        FakeLogger<FileSetLease> logger = new();
        TaskCompletionSource join = new();
        server.Stalls["compose"] = join.Task;
        server.Expired.Add("set2");
        await using FileSetStager stager = new(server.Repo, time, logger, CancellationToken.None);
        foreach (SpoutFile large in LargeFiles())
            await stager.AddAsync(large);
        Task<string> completing = stager.CompleteAsync();
        await server.Stalled.Task;
        time.Advance(TimeSpan.FromMinutes(15));
        Assert.True(SpinWait.SpinUntil(
            () => logger.Collector.GetSnapshot().Any(static line => line.Message.StartsWith("A staged file set has expired", StringComparison.Ordinal)), TimeSpan.FromSeconds(30)));
        join.SetResult();

        PachydermException gone = await Assert.ThrowsAsync<PachydermException>(() => completing);

        Assert.Equal(PachydermErrorKind.FileSetGone, gone.Kind);
    }

    [Fact]
    public async Task A_local_file_that_grows_while_it_is_staged_is_recorded_with_what_was_staged()
    {
        await using ScriptedServer server = ScriptedServer.Start(TimeProvider.System);
        TaskCompletionSource read = new();
        for (int lane = 2; lane <= 5; lane++)
            server.Stalls[$"read set{lane}"] = read.Task;
        await using FileSetStager stager = new(server.Repo, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        foreach (SpoutFile large in LargeFiles())
            await stager.AddAsync(large);
        string growing = Local("growing", new byte[4 << 20]);

        long recorded = await stager.AddAsync(SpoutFile.FromLocal("/growing", growing));
        await File.AppendAllTextAsync(growing, "and more");
        read.SetResult();
        await stager.CompleteAsync();

        byte[] staged = Assert.Single(server.FileSets.Values, static set => set.ContainsKey("/growing"))["/growing"];
        Assert.Equal(staged.Length, recorded);
    }

    [Fact]
    public async Task A_local_file_that_is_cut_while_it_is_staged_fails_its_run()
    {
        await using ScriptedServer server = ScriptedServer.Start(TimeProvider.System);
        TaskCompletionSource read = new();
        for (int lane = 2; lane <= 5; lane++)
            server.Stalls[$"read set{lane}"] = read.Task;
        await using FileSetStager stager = new(server.Repo, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        foreach (SpoutFile large in LargeFiles())
            await stager.AddAsync(large);
        string cut = Local("cut", new byte[8 << 20]);

        await stager.AddAsync(SpoutFile.FromLocal("/cut", cut));
        await File.WriteAllTextAsync(cut, "short");
        read.SetResult();

        FileContentException failed = await Assert.ThrowsAsync<FileContentException>(stager.CompleteAsync);
        Assert.Equal("/cut", failed.Path);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // The last of these goes over a stream of several.
    private IEnumerable<SpoutFile> LargeFiles() => Enumerable.Range(0, 4).Select(i => SpoutFile.FromLocal($"/large{i}", Local("large", new byte[3 << 20])));

    private string Local(string name, ReadOnlySpan<byte> content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
