using System.Diagnostics;

namespace Spouts.Build.Tests.Images;

/// <summary>A program of the machine.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it to its end; kills it, and all that it has started, if that does not come.</summary>
    /// <returns>Its exit code, and all that it printed.</returns>
    public static async Task<(int ExitCode, string Output)> TryAsync(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repo.File("."),
        };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource patience = new(Patience);
        await using CancellationTokenRegistration late = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + errors);
    }

    /// <summary>Runs it to its end, and fails unless that is a good one.</summary>
    /// <returns>All that it printed.</returns>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments)
    {
        string[] words = [.. arguments];
        (int exitCode, string output) = await TryAsync(program, words);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', words)}: {exitCode}\n{output}");
        return output;
    }
}
