using System.Security.Cryptography;
using Spouts.Local.Core.Files;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>Equal content has an equal hash, whatever pieces, appends, layers and chunks it came in.</summary>
public sealed class HashTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ChunkStore.BlockSize - 1)]
    [InlineData(ChunkStore.BlockSize)]
    [InlineData(ChunkStore.BlockSize + 1)]
    [InlineData((3 * ChunkStore.BlockSize) + 12345)]
    public async Task The_hash_of_a_file_does_not_depend_on_how_it_was_written(int size)
    {
        await using TestStore store = await TestStore.CreateAsync();
        byte[] content = new byte[size];
        new Random(7).NextBytes(content);
        Hash expected = Expected(content);
        foreach (int piece in (int[])[64 * 1024 + 1, 1_000_000, ChunkStore.BlockSize, 19 * 1024 * 1024])
            Assert.Equal(expected, await HashAsync(store, [.. content.Chunk(piece)], otherFilesBetween: false));
        Assert.Equal(expected, await HashAsync(store, [.. content.Chunk(700_001)], otherFilesBetween: true));
        Assert.Equal(expected, await HashAsync(store, [[.. content.Take(size / 3)], [.. content.Skip(size / 3)]], otherFilesBetween: true, layerEach: true));
    }

    [Fact]
    public async Task A_directory_is_the_same_in_a_walk_of_all_and_alone()
    {
        await using TestStore store = await TestStore.CreateAsync();
        using OpenedFiles opened = await OpenedFiles.OpenAsync(
            store.Pachd,
            TestStore.Handle(await store.CommitAsync(
                ("/a-b/3", "z"), ("/a/b/2", "yy"), ("/a/b/c/1", "x"), ("/a/d/4", "dd"), ("/e/5", "v"), ("/top", "t"))),
            CancellationToken.None);

        List<FileNode> all = [.. opened.Nodes(new FileQuery())];

        Assert.Equal(["/", "/a-b/", "/a/", "/a/b/", "/a/b/c/", "/a/d/", "/e/"], all.Where(node => node.IsDirectory).Select(node => node.Path));
        foreach (FileNode directory in all.Where(node => node.IsDirectory))
        {
            FileNode alone = opened.Nodes(new FileQuery { Prefix = directory.Path }).First();
            Assert.Equal((directory.Path, directory.Size, directory.Hash), (alone.Path, alone.Size, alone.Hash));
            Assert.Equal(
                all.Where(node => !node.IsDirectory && node.Path.StartsWith(directory.Path, StringComparison.Ordinal)).Sum(node => node.Size),
                directory.Size);
        }
    }

    private static Hash Expected(byte[] content)
        => Hash.Of([.. content.Chunk(ChunkStore.BlockSize).SelectMany(SHA256.HashData)]);

    private static async Task<Hash> HashAsync(TestStore store, byte[][] pieces, bool otherFilesBetween, bool layerEach = false)
    {
        List<string> sets = [];
        LayerWriter writer = store.FileSets.Writer();
        await writer.AddAsync("/a-neighbour", "", new byte[1000], CancellationToken.None);
        await writer.AddAsync("/file", "", default, CancellationToken.None);
        foreach (byte[] piece in pieces)
        {
            await writer.AddAsync("/file", "", piece, CancellationToken.None);
            if (otherFilesBetween)
                await writer.AddAsync("/other", "", new byte[] { 1 }, CancellationToken.None);
            if (layerEach)
            {
                sets.Add(await store.FileSets.CreateAsync(writer, CancellationToken.None));
                await writer.DisposeAsync();
                writer = store.FileSets.Writer();
            }
        }

        sets.Add(await store.FileSets.CreateAsync(writer, CancellationToken.None));
        await writer.DisposeAsync();
        string all = await store.FileSets.ComposeAsync(sets, TimeSpan.FromMinutes(1), CancellationToken.None);
        List<long> layers = store.Pachd.Read(tx => FileSets.Layers(tx, all, store.Pachd.Now));
        FileEntry file = FileTree.Files(store.Pachd.Database, layers, new FileQuery { Prefix = "/file" }).Single();
        Assert.Equal(pieces.Sum(piece => piece.LongLength), file.Size);
        int at = 0;
        byte[] written = [.. pieces.SelectMany(piece => piece)];
        foreach (ReadOnlyMemory<byte> piece in FileContent.Read(file, store.Pachd.Chunks, 0, 1 << 20))
        {
            Assert.True(written.AsSpan(at, piece.Length).SequenceEqual(piece.Span), $"Something from byte {at} on is wrong.");
            at += piece.Length;
        }

        Assert.Equal(written.Length, at);
        return FileHash.Of(file, store.Pachd.Chunks);
    }
}
