using Microsoft.Extensions.DependencyInjection;
using Spouts.Testing;

public sealed class SpoutClassTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // On a local pachd of its own: every test begins with an empty repo. A run of an endless source ends with its first batch.
    [Fact]
#if (cursor)
    public async Task The_cursor_says_how_many_have_arrived()
    {
        await using SpoutHarness spouts = await SpoutHarness.StartAsync(services => services.AddSpouts(), Cancellation);

        await spouts.RunOnceAsync(Cancellation);

        SpoutRepo repo = spouts.Repo("my-spout");
        long last = (await repo.ReadCursorsAsync("Listen", Cancellation)).GetProperty("last").GetInt64();
        Assert.NotEqual(0, last);
        Assert.Equal(last, (await repo.ReadFilesAsync(Cancellation)).Count);
    }
#else
    public async Task What_comes_arrives()
    {
        await using SpoutHarness spouts = await SpoutHarness.StartAsync(services => services.AddSpouts(), Cancellation);

        await spouts.RunOnceAsync(Cancellation);

        Assert.NotEmpty(await spouts.Repo("my-spout").ReadFilesAsync(Cancellation));
    }
#endif
}
