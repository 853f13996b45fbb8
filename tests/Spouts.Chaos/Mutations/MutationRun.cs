using System.Diagnostics;
using System.Reflection;

namespace Spouts.Chaos.Mutations;

/// <summary>
/// Takes the steps of <see cref="MutationList"/> out of a copy of the sources, one at a time, and runs the test that has to
/// notice. Takes many minutes, so it is run by hand: <c>dotnet run --project tests/Spouts.Chaos -- mutate</c>.
/// </summary>
internal sealed class MutationRun(TextWriter log) : IDisposable
{
    private const string Harness = "Spouts.Chaos";
    private const string Spout = "Spouts.Chaos.Spout";
    private const string Tests = "Spouts.Framework.Tests";

    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("spouts-mutations-");

    /// <summary>The folder of this repository.</summary>
    public static string Root { get; } = typeof(MutationRun).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Root").Value!;

    /// <summary>The file that an edit changes.</summary>
    public static string SourceOf(Edit edit, string root) => Path.Combine(root, "src", "Spouts.Framework", edit.File);

    /// <returns>Whether every mutation was noticed.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<Mutation> mutations, CancellationToken cancellation)
    {
        await CopyAsync(cancellation);
        await BuildAsync(Harness, cancellation);
        await BuildAsync(Tests, cancellation);
        foreach (string test in mutations.Select(mutation => mutation.Test).Distinct())
        {
            if (await FailsAsync(test, cancellation))
                throw new InvalidOperationException($"{test} fails as it is: nothing can be learnt from it.");
        }

        bool all = true;
        await log.WriteLineAsync("| fault | without this step | the test that fails | |");
        await log.WriteLineAsync("|---|---|---|---|");
        foreach (Mutation mutation in mutations)
        {
            bool isNoticed = await IsNoticedAsync(mutation, cancellation);
            all &= isNoticed;
            await log.WriteLineAsync($"| {mutation.Fault} | {mutation.Without} | `{mutation.Test[(mutation.Test.LastIndexOf('.') + 1)..]}` | {(isNoticed ? "fails" : "**passes**")} |");
        }

        return all;
    }

    public void Dispose() => _copy.Delete(recursive: true);

    private async Task CopyAsync(CancellationToken cancellation)
    {
        string files = await RunAsync(Root, "git", ["ls-files", "--cached", "--others", "--exclude-standard"], cancellation);
        foreach (string file in files.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(Root, file))))
        {
            string to = Path.Combine(_copy.FullName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(Path.Combine(Root, file), to);
        }
    }

    private async Task<bool> IsNoticedAsync(Mutation mutation, CancellationToken cancellation)
    {
        Dictionary<string, string> originals = new(StringComparer.Ordinal);
        foreach (Edit edit in mutation.Edits)
        {
            string path = SourceOf(edit, _copy.FullName);
            string source = await File.ReadAllTextAsync(path, cancellation);
            originals.TryAdd(path, source);
            await File.WriteAllTextAsync(path, edit.Apply(source), cancellation);
        }

        bool isNoticed = await FailsAsync(mutation.Test, cancellation);
        foreach ((string path, string source) in originals)
            await File.WriteAllTextAsync(path, source, cancellation);
        return isNoticed;
    }

    private async Task<bool> FailsAsync(string test, CancellationToken cancellation)
    {
        // The harness runs the spout from its own folder, so the rest may stay as it is.
        bool isHarness = test.StartsWith($"{Harness}.", StringComparison.Ordinal);
        await BuildAsync(isHarness ? Spout : Tests, cancellation);
        string project = isHarness ? Harness : Tests;
        using Process process = Start(FolderOf(project), "dotnet", [$"bin/Debug/net10.0/{project}.dll", "-method", test, "-stopOnFail"]);
        string output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return output.Contains("Failed: 0, Skipped: 0", StringComparison.Ordinal) ? false
            : output.Contains("Skipped: 0", StringComparison.Ordinal) ? true
            : throw new InvalidOperationException($"{test} did not run:\n{output}");
    }

    private async Task BuildAsync(string project, CancellationToken cancellation)
    {
        string[] arguments = ["build", "--verbosity", "quiet", "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=true"];
        await RunAsync(FolderOf(project), "dotnet", arguments, cancellation);
    }

    private string FolderOf(string project) => Path.Combine(_copy.FullName, "tests", project);

    private static async Task<string> RunAsync(string folder, string program, string[] arguments, CancellationToken cancellation)
    {
        using Process process = Start(folder, program, arguments);
        string output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}:\n{output}");
    }

    private static Process Start(string folder, string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
}
