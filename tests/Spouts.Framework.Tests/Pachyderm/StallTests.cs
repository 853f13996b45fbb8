using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Spouts.Pachyderm;

namespace Spouts.Tests.Pachyderm;

/// <summary>A server that is alive and does not go on: it is told, and it does not stand a source still for ever.</summary>
public sealed class StallTests
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task An_upload_that_the_server_does_not_take_is_told_every_30_seconds_and_given_up_after_5_minutes()
    {
        await using ScriptedServer server = ScriptedServer.Start(_time);
        server.Stalls["read set1"] = Never;
        await using FileSetUpload upload = server.Repo.Upload(CancellationToken.None);

        await StallsAsync(server, upload.PutAsync(SpoutFile.Bytes("/large", new byte[8 << 20])), "stage a file set for default/clicks", "accepted no data");
    }

    [Fact]
    public async Task An_upload_that_the_server_does_not_confirm_is_told_every_30_seconds_and_given_up_after_5_minutes()
    {
        await using ScriptedServer server = ScriptedServer.Start(_time);
        server.Stalls["complete set1"] = Never;
        await using FileSetUpload upload = server.Repo.Upload(CancellationToken.None);
        await upload.PutAsync(SpoutFile.Text("/a", "a"));

        await StallsAsync(server, upload.CompleteAsync(), "stage a file set for default/clicks", "not responded");
    }

    [Fact]
    public async Task An_upload_waits_for_its_source_for_as_long_as_that_takes()
    {
        await using ScriptedServer server = ScriptedServer.Start(_time);
        await using FileSetUpload upload = server.Repo.Upload(CancellationToken.None);
        await upload.PutAsync(SpoutFile.Text("/a", "a"));
        TaskCompletionSource asked = new(), goOn = new();
        Task<long> slow = upload.PutAsync(SpoutFile.Written("/slow", async (content, cancellationToken) =>
        {
            await content.WriteAsync(new byte[100_000], cancellationToken);
            asked.SetResult();
            await goOn.Task;
            await content.WriteAsync("end"u8.ToArray(), cancellationToken);
        }));
        await asked.Task;

        _time.Advance(TimeSpan.FromHours(1));
        goOn.SetResult();
        await slow;
        _time.Advance(TimeSpan.FromHours(1));
        await upload.PutAsync(SpoutFile.Text("/b", "b"));
        string fileSet = await upload.CompleteAsync();

        Assert.Equal(["/a", "/b", "/slow"], server.FileSets[fileSet].Keys.Order());
        Assert.Equal(100_003, server.FileSets[fileSet]["/slow"].Length);
        Assert.Empty(server.Logger.Collector.GetSnapshot());
    }

    [Fact]
    public async Task A_file_whose_content_stops_coming_is_given_up_after_5_minutes()
    {
        await using ScriptedServer server = ScriptedServer.Start(_time);
        server.Stalls["get"] = Never;
        await using Stream content = await server.Repo.OpenReadAsync("c1", "/first", CancellationToken.None);

        await StallsAsync(server, content.ReadExactlyAsync(new byte[100]).AsTask(), "read the file default/clicks@c1:/first", "sent no data");
    }

    [Fact]
    public async Task A_listing_that_stops_coming_is_given_up_after_5_minutes()
    {
        await using ScriptedServer server = ScriptedServer.Start(_time);
        server.Stalls["walk"] = Never;

        await StallsAsync(
            server, server.Repo.ListAsync("c1", "/", CancellationToken.None).ToListAsync().AsTask(), "list the files of default/clicks@c1:/", "sent no data");
    }

    [Fact]
    public async Task A_look_into_a_file_set_that_is_not_answered_is_given_up_after_5_minutes()
    {
        await using ScriptedServer server = ScriptedServer.Start(_time);
        server.Stalls["get"] = Never;

        await StallsAsync(
            server, server.Repo.FindStagedSizeAsync("set1", "/a", CancellationToken.None), "look up /a in a file set for default/clicks", "sent no data");
    }

    [Fact]
    public async Task File_sets_that_take_long_to_join_are_told_every_30_seconds_and_never_given_up()
    {
        await using ScriptedServer server = ScriptedServer.Start(_time);
        TaskCompletionSource done = new();
        server.Stalls["compose"] = done.Task;
        Task<string> composing = server.Repo.ComposeAsync(["a", "b"], TimeSpan.FromMinutes(10), CancellationToken.None);
        await server.Stalled.Task;

        Assert.True(SpinWait.SpinUntil(() => Passes(() => server.Logger.Collector.Count >= 40), TimeSpan.FromSeconds(30)));
        done.SetResult();

        Assert.Equal("composed", await composing);
        FakeLogRecord[] told = [.. server.Logger.Collector.GetSnapshot()];
        Assert.Equal("Pachyderm was asked to join file sets for default/clicks and has not responded for 1200 s.", told[39].Message);
        (var request, DateTime deadline) = Assert.Single(server.Composed);
        Assert.True(request.Compact);
        Assert.Equal((["a", "b"], 600), (request.FileSetIds, request.TtlSeconds));
        Assert.Equal(DateTime.MaxValue, deadline);
    }

    [Fact]
    public async Task A_caller_that_gives_up_a_stalled_call_is_not_told_that_Pachyderm_failed()
    {
        await using ScriptedServer server = ScriptedServer.Start(_time);
        server.Stalls["complete set1"] = Never;
        using CancellationTokenSource end = new();
        await using FileSetUpload upload = server.Repo.Upload(end.Token);
        Task<string> completing = upload.CompleteAsync();
        await server.Stalled.Task;

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => completing);
    }

    private async Task StallsAsync(ScriptedServer server, Task operation, string what, string lack)
    {
        await server.Stalled.Task;

        Assert.True(SpinWait.SpinUntil(() => Passes(() => operation.IsCompleted), TimeSpan.FromSeconds(30)));

        PachydermException stalled = await Assert.ThrowsAsync<PachydermException>(() => operation);
        Assert.Equal(PachydermErrorKind.Unreachable, stalled.Kind);
        Assert.StartsWith($"Pachyderm did not {what}: it has {lack} for 5 minutes", stalled.Message, StringComparison.Ordinal);

        // Before, a write may have been pending for a moment, which is long in this time.
        FakeLogRecord[] told = [.. server.Logger.Collector.GetSnapshot().TakeLast(9)];
        Assert.Equal(
            Enumerable.Range(1, 9).Select(period => $"Pachyderm was asked to {what} and has {lack} for {period * 30} s."), told.Select(static line => line.Message));
        Assert.All(told, static line => Assert.Equal(LogLevel.Warning, line.Level));
    }

    private bool Passes(Func<bool> happened)
    {
        _time.Advance(TimeSpan.FromSeconds(30));
        return happened();
    }
}
