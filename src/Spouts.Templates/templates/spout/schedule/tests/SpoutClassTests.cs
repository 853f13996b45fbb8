using Microsoft.Extensions.DependencyInjection;
using Spouts.Testing;

public sealed class SpoutClassTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // On a local pachd of its own: every test begins with an empty repo.
    [Fact]
#if (cursor)
    public async Task Each_run_goes_on_where_the_last_one_has_stopped()
    {
        await using SpoutHarness spouts = await SpoutHarness.StartAsync(services => services.AddSpouts(), Cancellation);

        await spouts.RunOnceAsync(Cancellation);
        await spouts.RunOnceAsync(Cancellation);

        SpoutRepo repo = spouts.Repo("my-spout");
        Assert.Equal(["/000001.txt", "/000002.txt"], (await repo.ReadFilesAsync(Cancellation)).Keys);
        Assert.Equal(2, (await repo.ReadCursorsAsync("Fetch", Cancellation)).GetProperty("last").GetInt64());
    }
#else
    public async Task What_is_due_arrives()
    {
        await using SpoutHarness spouts = await SpoutHarness.StartAsync(
            services => services.AddSingleton<TimeProvider>(new Noon()).AddSpouts(), Cancellation);

        await spouts.RunOnceAsync(Cancellation);

        Assert.Equal("2026-01-01T12:00:00.0000000+00:00\n", await spouts.Repo("my-spout").ReadTextAsync("/2026-01-01.txt", Cancellation));
    }

    // A run of the harness is due at the present moment.
    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    }
#endif
}
