namespace Spouts.Samples.Tests;

public sealed class DiskReportTests : IDisposable
{
    private readonly InstalledSample _sample = new("DiskReport", "disk-report");

    [Fact]
    public async Task The_folders_and_what_is_in_them_are_a_file_named_after_the_day()
    {
        string root = Path.Combine(_sample.Folder, "root");
        Directory.CreateDirectory(Path.Combine(root, "a", "deep"));
        Directory.CreateDirectory(Path.Combine(root, "b"));
        await File.WriteAllTextAsync(Path.Combine(root, "a", "deep", "one"), "12345");
        await File.WriteAllTextAsync(Path.Combine(root, "a", "two"), "1");

        (int code, string log, int[] commits) = await _sample.OnceAsync(("DiskReport__Folder", root));

        Assert.True(code == 0, log);
        Assert.Equal([1], commits);
        (string path, string report) = Assert.Single(await _sample.ReadAsync());
        Assert.Matches(@"^/20\d\d/20\d\d-\d\d-\d\d\.csv$", path);
        Assert.Equal("folder,files,bytes\n\"a\",2,6\n\"b\",0,0\n", report);
    }

    public void Dispose() => _sample.Dispose();
}
