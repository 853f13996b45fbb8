using System.Collections;
using System.Diagnostics;

namespace Spouts.Build.Tests;

/// <summary>
/// A project in a folder of its own, built by <c>dotnet</c> with the targets as a package would import them. Its manifest is
/// written by hand, as the generator would: the build knows nothing of generators.
/// </summary>
public sealed class RealProject : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RealProject(string outputType = "Exe")
    {
        string build = Repo.File("src/Spouts.Build/build");
        File.WriteAllText(_folder.File("Directory.Build.props"), "<Project />");
        File.WriteAllText(_folder.File("Directory.Build.targets"), "<Project />");
        File.WriteAllText(
            _folder.File("Demo.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>{outputType}</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Version>1.2.3</Version>
                <SpoutsBuildTasks>{Path.Combine(AppContext.BaseDirectory, "Spouts.Build.dll")}</SpoutsBuildTasks>
                <SpoutsLocalPachd>/tools/Spouts.Local.dll</SpoutsLocalPachd>
              </PropertyGroup>
              <Import Project="{build}/Spouts.Framework.props" />
              <Import Project="{build}/Spouts.Framework.targets" />
            </Project>
            """);
        Write(TestAssembly.TwoSpouts);
    }

    public TemporaryFolder Folder => _folder;

    /// <summary>Gives the program another manifest, or takes it away.</summary>
    public void Write(string? manifest) => File.WriteAllText(
        _folder.File("Program.cs"),
        (manifest is null ? "" : $"""""[assembly: System.Reflection.AssemblyMetadata("Spouts.Manifest", """"{manifest.ReplaceLineEndings("")}"""")]{"\n"}""""")
        + "public static class Program { public static void Main() { } }\n");

    /// <summary>Runs <c>dotnet</c> in the project's folder; fails unless that ends as expected.</summary>
    /// <returns>What it printed.</returns>
    public string Dotnet(string arguments, bool succeeds = true)
    {
        ProcessStartInfo start = new("dotnet", $"{arguments} -nodeReuse:false -p:UseSharedCompilation=true")
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the `dotnet test` around us has said to its own MSBuild is not for this one.
        foreach (string name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(static variable => (string)variable.Key))
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
                start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 == succeeds, $"dotnet {arguments}: {process.ExitCode}\n{output}");
        return output;
    }

    public void Dispose() => _folder.Dispose();
}
