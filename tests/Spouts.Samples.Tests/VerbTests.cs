using System.Text.Json;

namespace Spouts.Samples.Tests;

/// <summary>What a program can be asked besides running.</summary>
public sealed class VerbTests : IDisposable
{
    private readonly InstalledSample _sample = new("LogTail", "log-tail");

    [Fact]
    public async Task Spec_prints_what_the_build_wrote()
    {
        string spec = await _sample.PrintAsync("spec");

        Assert.Equal("log-tail", JsonDocument.Parse(spec).RootElement.GetProperty("pipeline").GetProperty("name").GetString());
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(SampleProgram.Output("LogTail"), "spouts", "log-tail", "pipeline.json")), spec);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_committed_and_commits_nothing()
    {
        using DiskReportSample disk = new();

        string said = await disk.Sample.PrintAsync("dry-run", ("DiskReport__Folder", disk.Folder));

        string[] lines = said.TrimEnd('\n').Split('\n');
        Assert.Matches(@"^disk-report/Measure  would replace  /20\d\d/20\d\d-\d\d-\d\d\.csv  27 B$", lines[^2]);
        Assert.Equal("disk-report/Measure  cursor -; nothing was committed", lines[^1]);
        Assert.Empty(await disk.Sample.ReadAsync());
    }

    public void Dispose() => _sample.Dispose();

    private sealed class DiskReportSample : IDisposable
    {
        public DiskReportSample() => Directory.CreateDirectory(Path.Combine(Folder, "a"));

        public InstalledSample Sample { get; } = new("DiskReport", "disk-report");

        public string Folder => Path.Combine(Sample.Folder, "root");

        public void Dispose() => Sample.Dispose();
    }
}
