using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Spouts.Testing;
using Spouts.Tests;

namespace Spouts.Samples.Tests;

/// <summary>A sample in a folder of a test's own, with a local pachd of its own whenever it runs.</summary>
internal sealed class InstalledSample(string sample, string spout) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spouts-sample-");
    private string? _program;

    public string Folder => _folder.FullName;

    public SampleProgram Run(string arguments, params (string Name, string Value)[] variables) =>
        SampleProgram.Start(_program ??= SampleProgram.Install(sample, Folder), arguments, variables);

    /// <summary>Runs each source once.</summary>
    /// <returns>The exit code, the log, and the number of files of each commit.</returns>
    public async Task<(int ExitCode, string Log, int[] Commits)> OnceAsync(params (string Name, string Value)[] variables)
    {
        using SampleProgram program = Run("once --json", variables);
        (int code, IReadOnlyList<JsonElement> events) = await program.EndAsync();
        return (code, program.Log, [.. events
            .Where(static line => line.GetProperty("event").GetString() == "commit")
            .Select(static line => line.GetProperty("files").GetInt32())]);
    }

    /// <summary>Runs it to its end, for people.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> PrintAsync(string arguments, params (string Name, string Value)[] variables)
    {
        _program ??= SampleProgram.Install(sample, Folder);
        ProcessStartInfo info = new("dotnet", $"{_program} {arguments}") { RedirectStandardOutput = true };
        foreach ((string name, string value) in variables)
            info.Environment[name] = value;
        TestOutput.Plant(info);
        using Process process = Process.Start(info)!;
        string printed = await process.StandardOutput.ReadToEndAsync();
        TestOutput.Keep(printed);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return printed;
    }

    /// <summary>The repo of the pachd that a program has started, which must be its next event.</summary>
    public async Task<SpoutRepo> OpenAsync(SampleProgram program)
    {
        string address = (await program.NextAsync("local")).GetProperty("pachd").GetString()!;
        return new(new Uri(address.Replace("grpc://", "http://", StringComparison.Ordinal)), spout);
    }

    /// <summary>What has arrived, read when no program runs any more.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync()
    {
        using LocalCluster cluster = await LocalCluster.StartAsync(Folder);
        using SpoutRepo repo = cluster.OpenRepo(spout);
        return (await repo.ReadFilesAsync()).ToDictionary(static file => file.Key, static file => Encoding.UTF8.GetString(file.Value));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
