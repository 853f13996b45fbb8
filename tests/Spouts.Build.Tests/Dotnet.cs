using System.Collections;
using System.Diagnostics;
using Spouts.Tests;

namespace Spouts.Build.Tests;

/// <summary>The real <c>dotnet</c>.</summary>
internal static class Dotnet
{
    /// <summary>Runs it in a folder; fails unless that ends as expected.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string folder, string arguments, bool succeeds = true, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the `dotnet test` around us has said to its own MSBuild is not for this one.
        foreach (string name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(static variable => (string)variable.Key))
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
                start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "true";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";

        TestOutput.Plant(start);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        TestOutput.Keep(output);
        Assert.True(process.ExitCode == 0 == succeeds, $"dotnet {arguments}: {process.ExitCode}\n{output}");
        return output;
    }
}
