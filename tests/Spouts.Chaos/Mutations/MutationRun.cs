using System.Diagnostics;
using System.Reflection;

namespace Spouts.Chaos.Mutations;

/// <summary>
/// Takes the steps of <see cref="MutationList"/> out of a copy of the sources, one at a time, and runs the test that has to
/// notice. Takes many minutes, so it is run by hand: <c>dotnet run --project tests/Spouts.Chaos -- mutate</c>.
/// </summary>
internal sealed class MutationRun(TextWriter log) : IDisposable
{
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("spouts-mutations-");

    /// <summary>The folder of this repository.</summary>
    public static string Root { get; } = typeof(MutationRun).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Root").Value!;

    /// <summary>The file that an edit changes.</summary>
    public static string SourceOf(Edit edit, string root) => Path.Combine(root, "src", "Spouts.Framework", edit.File);

    /// <returns>Whether every mutation was noticed.</returns>
    public async Task<bool> RunAsync(IEnumerable<Mutation> mutations, CancellationToken cancellation)
    {
        await CopyAsync(cancellation);
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
        foreach (Edit edit in mutation.Edits)
        {
            string path = SourceOf(edit, _copy.FullName);
            await File.WriteAllTextAsync(path, edit.Apply(await File.ReadAllTextAsync(path, cancellation)), cancellation);
        }

        try
        {
            string project = mutation.Test.StartsWith("Spouts.Chaos.", StringComparison.Ordinal) ? "Spouts.Chaos" : "Spouts.Framework.Tests";
            string folder = Path.Combine(_copy.FullName, "tests", project);
            await RunAsync(folder, "dotnet", ["build", "--verbosity", "quiet", "-p:TreatWarningsAsErrors=false", "-p:UseSharedCompilation=true"], cancellation);
            using Process test = Start(folder, "dotnet", [$"bin/Debug/net10.0/{project}.dll", "-method", mutation.Test, "-stopOnFail"]);
            string output = await test.StandardOutput.ReadToEndAsync(cancellation);
            await test.WaitForExitAsync(cancellation);
            return output.Contains("Failed: 0", StringComparison.Ordinal)
                ? false
                : output.Contains("Failed: ", StringComparison.Ordinal) ? true
                : throw new InvalidOperationException($"{mutation.Test} did not run:\n{output}");
        }
        finally
        {
            foreach (Edit edit in mutation.Edits)
                File.Copy(SourceOf(edit, Root), SourceOf(edit, _copy.FullName), overwrite: true);
        }
    }

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
