using System.Text;

namespace Spouts.Tests.Files;

public sealed class SpoutFileTests
{
    [Fact]
    public async Task Text_is_written_in_UTF_8_without_a_byte_order_mark()
    {
        await using Stream content = await SpoutFile.Text("/a", "grün").OpenAsync(CancellationToken.None);

        Assert.Equal(Encoding.UTF8.GetBytes("grün"), await ReadAsync(content));
    }

    [Fact]
    public void A_deletion_cannot_be_appended() =>
        Assert.Throws<InvalidOperationException>(() => SpoutFile.Delete("/a").Appended());

    [Fact]
    public async Task Callbacks_run_in_the_order_in_which_they_were_added()
    {
        List<string> called = [];
        SpoutFile file = SpoutFile.Text("/a", "")
            .OnCommitted((committed, _) => { called.Add($"first {committed.CommitId}"); return ValueTask.CompletedTask; })
            .Appended()
            .OnCommitted((committed, _) => { called.Add($"second {committed.Path}"); return ValueTask.CompletedTask; });

        await file.Committed!(new(file.Path, "c1"), CancellationToken.None);

        Assert.Equal(["first c1", "second /a"], called);
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using MemoryStream copy = new();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
