using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

public sealed class GarbageTests
{
    [Fact]
    public async Task Expired_file_sets_go_with_their_chunks_and_used_ones_stay()
    {
        await using TestStore store = await TestStore.CreateAsync();
        CommitRow kept = await store.CommitAsync(("/kept", "kept"));
        string gone = await FileSetAsync(store, "gone");
        string renewed = await FileSetAsync(store, "renewed");
        store.Time.Advance(TimeSpan.FromMinutes(9));
        await store.FileSets.RenewAsync(renewed, TimeSpan.FromMinutes(30), CancellationToken.None);
        store.Time.Advance(TimeSpan.FromMinutes(3));
        Garbage garbage = new(store.Pachd, TimeSpan.FromMinutes(1), NullLogger.Instance);
        for (int pass = 0; pass < 3; pass++)
            await garbage.CollectAsync();
        Assert.Throws<PachException>(() => store.Pachd.Read(tx => FileSets.Layers(tx, gone, store.Pachd.Now)));
        Assert.Single(store.Pachd.Read(tx => FileSets.Layers(tx, renewed, store.Pachd.Now)));
        Assert.Equal("kept", (await store.ReadAsync(kept))["/kept"]);
        Assert.Equal(2, store.Pachd.Chunks.All().Count());
    }

    [Fact]
    public async Task What_a_reader_holds_is_not_collected()
    {
        await using TestStore store = await TestStore.CreateAsync();
        string handle = await FileSetAsync(store, "held");
        using LayerLease lease = store.Pachd.Layers.Lease(store.Pachd.Read(tx => FileSets.Layers(tx, handle, store.Pachd.Now)));
        store.Time.Advance(TimeSpan.FromHours(1));
        Garbage garbage = new(store.Pachd, TimeSpan.FromMinutes(1), NullLogger.Instance);
        for (int pass = 0; pass < 3; pass++)
            await garbage.CollectAsync();
        FileEntry file = FileTree.Files(store.Pachd.Database, lease.Layers, new FileQuery()).Single();
        Assert.Equal(4, FileContent.Read(file, store.Pachd.Chunks, 0, 100).Sum(piece => piece.Length));
    }

    private static async Task<string> FileSetAsync(TestStore store, string text)
    {
        await using LayerWriter writer = store.FileSets.Writer();
        await writer.AddAsync("/f", "", System.Text.Encoding.UTF8.GetBytes(text), CancellationToken.None);
        return await store.FileSets.CreateAsync(writer, CancellationToken.None);
    }
}
