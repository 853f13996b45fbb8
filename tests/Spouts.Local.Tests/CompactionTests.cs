using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Xunit;

namespace Spouts.Local.Tests;

public sealed class CompactionTests
{
    [Fact]
    public void Ten_thousand_small_commits_leave_few_layers()
    {
        List<long> layers = [];
        long rewritten = 0;
        for (int commit = 0; commit < 10_000; commit++)
        {
            layers.Add(1);
            int from = Compaction.MergeFrom(layers);
            if (from == layers.Count)
                continue;
            long sum = layers.Skip(from).Sum();
            rewritten += sum;
            layers.RemoveRange(from, layers.Count - from);
            layers.Add(sum);
        }

        Assert.InRange(layers.Count, 1, 30);
        Assert.InRange(rewritten, 0, 10_000 * 10);
    }

    [Fact]
    public void A_large_layer_is_left_alone_by_small_ones()
        => Assert.Equal(1, Compaction.MergeFrom([1_000_000, 1, 1, 1, 1]));

    [Fact]
    public async Task Compaction_changes_nothing_that_a_reader_sees()
    {
        await using TestStore store = await TestStore.CreateAsync();
        Random random = new(11);
        Dictionary<string, string> model = [];
        CommitRow? last = null;
        for (int commit = 0; commit < 60; commit++)
        {
            List<(string, string?)> files = [];
            for (int file = 0; file < 5; file++)
            {
                string path = $"/d{random.Next(3)}/f{random.Next(20)}";
                string? text = random.Next(4) == 0 ? null : $"{commit}.{file}";
                files.Add((path, text));
                if (text is null)
                    model.Remove(path);
                else
                    model[path] = text;
            }

            last = await store.CommitAsync([.. files]);
            Assert.Equal(model.Sum(file => file.Value.Length), last.SizeBytes);
        }

        Assert.Equal(model, await store.ReadAsync(last!));
        Assert.InRange(store.Pachd.Read(tx => tx.Total(last!.Id)).Count, 1, 15);
    }

    [Fact]
    public async Task A_large_merge_after_the_finish_changes_nothing_that_a_reader_sees()
    {
        await using TestStore store = await TestStore.CreateAsync();
        store.Pachd.Finisher.InlineMerge = 0;
        List<CommitRow> commits = [];
        for (int commit = 0; commit < 9; commit++)
            commits.Add(await store.CommitAsync(($"/f{commit % 4}", commit % 3 == 2 ? null : $"{commit}"), ($"/g{commit}", "g")));
        List<Dictionary<string, string>> before = [];
        foreach (CommitRow commit in commits)
            before.Add(await store.ReadAsync(commit));
        foreach (CommitRow commit in commits)
            await store.Pachd.Merges.MergeAsync(commit.Id);
        for (int commit = 0; commit < commits.Count; commit++)
            Assert.Equal(before[commit], await store.ReadAsync(commits[commit]));
        Assert.InRange(store.Pachd.Read(tx => tx.Total(commits[^1].Id)).Count, 1, 4);
        CommitRow next = await store.CommitAsync(("/h", "h"));
        Assert.Equal(before[^1].Append(new("/h", "h")).ToDictionary(), await store.ReadAsync(next));
    }

    [Fact]
    public async Task A_path_collision_with_an_old_file_is_found_however_far_away_it_was_written()
    {
        await using TestStore store = await TestStore.CreateAsync();
        await store.CommitAsync([.. Enumerable.Range(0, 500).Select(i => ($"/f{i:000}", (string?)"x"))]);
        CommitRow clash = await store.CommitAsync(("/f250/below", "y"));
        Assert.Equal("file / directory path collision (/f250/below)", clash.Error);
        Assert.Equal(501, clash.SizeBytes);
        CommitRow after = await store.CommitAsync(("/f250", null), ("/f250/below", "y"));
        Assert.Equal("", after.Error);
        Assert.Equal(500, after.SizeBytes);
    }

    [Fact]
    public async Task Deleting_what_stood_between_two_colliding_paths_makes_them_collide()
    {
        await using TestStore store = await TestStore.CreateAsync();
        Assert.Equal("", (await store.CommitAsync(("/a", "1"), ("/a-b", "2"), ("/a/b", "3"))).Error);
        Assert.Equal("file / directory path collision (/a/b)", (await store.CommitAsync(("/a-b", null))).Error);
    }
}
