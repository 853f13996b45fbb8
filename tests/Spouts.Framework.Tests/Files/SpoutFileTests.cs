using System.IO.Pipelines;
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

    [Fact]
    public async Task Lines_end_with_a_line_feed_each()
    {
        Assert.Equal("a\nß\n", await TextAsync(SpoutFile.Lines("/a", ["a", "ß"])));
        Assert.Equal("", await TextAsync(SpoutFile.Lines("/a", AsyncEnumerable.Empty<string>())));
    }

    [Fact]
    public async Task A_callback_writes_as_fast_as_it_is_read()
    {
        long written = 0;
        SpoutFile file = SpoutFile.Written("/a", async (content, cancellation) =>
        {
            byte[] piece = new byte[1 << 20];
            for (int i = 0; i < 100; i++)
            {
                await content.WriteAsync(piece, cancellation);
                written += piece.Length;
            }
        });

        await using Stream content = await file.OpenAsync(CancellationToken.None);
        byte[] buffer = new byte[1 << 20];
        await content.ReadExactlyAsync(buffer);

        Assert.True(written < 10 << 20, $"{written} bytes were written before a tenth was read.");
        long read = buffer.Length;
        for (int count; (count = await content.ReadAsync(buffer)) > 0;)
            read += count;
        Assert.Equal(100 << 20, read);
    }

    [Fact]
    public async Task What_a_callback_throws_its_reader_gets()
    {
        SpoutFile file = SpoutFile.Written("/a", async (content, cancellation) =>
        {
            await content.WriteAsync("half"u8.ToArray(), cancellation);
            throw new IOException("the disk is gone");
        });

        Assert.Equal("the disk is gone", (await Assert.ThrowsAsync<IOException>(() => TextAsync(file))).Message);
    }

    [Fact]
    public async Task A_callback_has_ended_when_its_content_is_disposed()
    {
        bool isOver = false;
        SpoutFile file = SpoutFile.Written("/a", async (content, cancellation) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                isOver = true;
            }
        });

        await (await file.OpenAsync(CancellationToken.None)).DisposeAsync();

        Assert.True(isOver);
    }

    [Fact]
    public async Task A_pipe_is_read_to_its_end_and_fails_as_its_writer_does()
    {
        Pipe whole = new(), broken = new();
        await whole.Writer.WriteAsync("all of it"u8.ToArray());
        await whole.Writer.CompleteAsync();
        await broken.Writer.WriteAsync("half"u8.ToArray());
        await broken.Writer.CompleteAsync(new IOException("the child process died"));

        Assert.Equal("all of it", await TextAsync(SpoutFile.Piped("/a", whole.Reader)));
        await Assert.ThrowsAsync<IOException>(() => TextAsync(SpoutFile.Piped("/a", broken.Reader)));
    }

    private static async Task<string> TextAsync(SpoutFile file)
    {
        await using Stream content = await file.OpenAsync(CancellationToken.None);
        return Encoding.UTF8.GetString(await ReadAsync(content));
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using MemoryStream copy = new();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
