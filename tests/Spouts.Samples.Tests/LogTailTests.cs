using System.Text;
using Spouts.Testing;

namespace Spouts.Samples.Tests;

public sealed class LogTailTests : IDisposable
{
    private readonly InstalledSample _sample = new("LogTail", "log-tail");

    [Fact]
    public async Task The_lines_go_on_where_they_were_when_it_was_killed()
    {
        string log = Path.Combine(_sample.Folder, "app.log");
        await File.WriteAllTextAsync(log, "one\ntwo\nhalf a li");
        using (SampleProgram killed = Run(log))
        {
            using SpoutRepo repo = await _sample.OpenAsync(killed);
            await killed.NextAsync("commit");
            Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString((await repo.ReadFilesAsync())["/app.log"]));
            killed.Kill();
        }

        await File.AppendAllTextAsync(log, "ne\nfour\n");
        using (SampleProgram again = Run(log))
        {
            await again.NextAsync("local");
            await again.NextAsync("commit");
        }

        Assert.Equal("one\ntwo\nhalf a line\nfour\n", (await _sample.ReadAsync())["/app.log"]);
    }

    public void Dispose() => _sample.Dispose();

    private SampleProgram Run(string log) => _sample.Run("--json", ("LogTail__File", log));
}
