using System.Diagnostics;
using System.Reflection;
using Xunit;

namespace Spouts.Local.Tests;

public sealed class BenchTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spouts-bench-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_benchmark_keeps_its_counts_and_its_memory_at_small_sizes()
    {
        string table = await RunAsync("local", "all", "--small", "--directory", _folder.FullName);

        Assert.Contains("| ListFile: entries ", table, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.FullName));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("files")]
    [InlineData("million")]
    [InlineData("commit")]
    public async Task So_does_the_benchmark_of_the_framework(string part) => await RunAsync("publish", part, "--small");

    private async Task<string> RunAsync(params string[] arguments)
    {
        string bench = typeof(BenchTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Bench").Value!;
        ProcessStartInfo start = new("dotnet", [bench, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string table = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        output.WriteLine(table);

        Assert.Equal("", await error);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("Every limit is kept.", table, StringComparison.Ordinal);
        return table;
    }
}
