using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Spouts.Bench.Publishing;

/// <summary>A program of this repository, compiled ahead of time. It needs a C compiler and zlib's headers.</summary>
internal sealed record NativeProgram(string Path, int Warnings)
{
    /// <param name="project">What the project's folder is called in this assembly's metadata; its last element is the program's name.</param>
    /// <param name="folder">Where to.</param>
    public static async Task<NativeProgram> PublishAsync(string project, DirectoryInfo folder)
    {
        string source = typeof(NativeProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == project).Value!;
        string name = System.IO.Path.GetFileName(source), props = System.IO.Path.Combine(folder.FullName, "aot.props");

        // Set for all projects, it would be set for those, too, that run in the compiler; and the local pachd, which goes along in a
        // clone, is no part of the program.
        await File.WriteAllTextAsync(
            props, $"<Project><PropertyGroup Condition=\"'$(MSBuildProjectName)' == '{name}'\"><PublishAot>true</PublishAot></PropertyGroup></Project>");
        List<string> arguments =
        [
            "publish", source, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", folder.FullName, "-v", "quiet", "-clp:NoSummary",
            $"-p:CustomBeforeMicrosoftCommonProps={props}", "-p:ValidateExecutableReferencesMatchSelfContained=false",
        ];
        if (!File.Exists("/usr/bin/clang"))
            arguments.AddRange(["-p:CppCompilerAndLinker=gcc", "-p:LinkerFlavor=bfd"]);
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        string[] lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n');
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{source} cannot be compiled ahead of time:\n{string.Join('\n', lines)}");
        return new(
            System.IO.Path.Combine(folder.FullName, name),
            lines.Count(static line => line.Contains("warning IL", StringComparison.Ordinal)));
    }
}
