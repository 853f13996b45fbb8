using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Spouts.Tests;

namespace Spouts.Build.Tests.RealBuilds;

/// <summary>
/// Every form in which .NET publishes a program, and every way to publish: what the spec starts is in the publish folder, and starts.
/// </summary>
public sealed partial class PublishTests
{
    private static readonly string Here = $"<RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>";

    // The linker of this machine; clang is the compiler's own choice.
    private const string Aot = "<PublishAot>true</PublishAot><CppCompilerAndLinker>gcc</CppCompilerAndLinker>";

    public static TheoryData<string, string> Forms => new()
    {
        { "apphost", "" },
        { "no apphost", "<UseAppHost>false</UseAppHost>" },
        { "self-contained", $"{Here}<SelfContained>true</SelfContained>" },
        { "single file", $"{Here}<PublishSingleFile>true</PublishSingleFile>" },
        { "trimmed", $"{Here}<PublishTrimmed>true</PublishTrimmed>" },
        { "ready to run", $"{Here}<PublishReadyToRun>true</PublishReadyToRun>" },
        { "ahead of time", Aot },
    };

    public static MatrixTheoryData<string, string> Others => new(Forms.Select(static form => form.Data.Item1), ["build", "publish --no-build"]);

    [Theory]
    [MemberData(nameof(Forms))]
    public void What_the_spec_starts_was_published_and_starts(string form, string properties)
    {
        using RealProject project = RealProject.WithManifest(properties: properties);

        project.Dotnet("publish -o out");

        AssertStarts(form, project.Folder);
    }

    [Theory]
    [InlineData("ahead of time", "publish --no-build")]
    [InlineData("single file", "build")]
    public void What_the_spec_starts_starts_however_it_is_published(string form, string way)
    {
        // To publish what was built, both have to be of one runtime identifier; only publishing infers it.
        using RealProject project = RealProject.WithManifest(properties: Properties(form) + (way == "publish --no-build" && form == "ahead of time" ? Here : ""));
        if (way == "build")
        {
            project.Dotnet("publish -o out");
            string[] published = Command(project.Folder, "out");

            project.Dotnet("build -o built");

            Assert.Equal(published, Command(project.Folder, "built"));
        }
        else
        {
            project.Dotnet("build -c Release");

            project.Dotnet($"{way} -o out");
        }

        AssertStarts(form, project.Folder);
    }

    // A quarter of an hour: -explicit only -class '*PublishTests'
    [Theory(Explicit = true)]
    [MemberData(nameof(Others))]
    public void What_the_spec_starts_starts_in_every_form_however_it_is_published(string form, string way) =>
        What_the_spec_starts_starts_however_it_is_published(form, way);

    private static string Properties(string form) => Forms.Select(static row => row.Data).Single(row => row.Item1 == form).Item2;

    private static string[] Command(TemporaryFolder folder, string output)
    {
        using JsonDocument spec = JsonDocument.Parse(File.ReadAllText(folder.File($"{output}/spouts/clicks/pipeline.json")));
        string[] command = [.. spec.RootElement.GetProperty("transform").GetProperty("cmd").EnumerateArray().Select(static word => word.GetString()!)];
        string entryPoint = Assert.Single(File.ReadLines(folder.File($"{output}/spouts/Dockerfile")), static line => line.StartsWith("ENTRYPOINT ", StringComparison.Ordinal));
        Assert.Equal($"ENTRYPOINT [{string.Join(", ", command.Select(static word => $"\"{word}\""))}]", entryPoint);
        return command;
    }

    private static void AssertStarts(string form, TemporaryFolder folder)
    {
        string[] command = [.. Command(folder, "out").Select(word => word.Replace("/app/", folder.File("out/"), StringComparison.Ordinal))];
        Assert.True(File.Exists(command[^1]), $"{form}: {command[^1]}");
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true };
        TestOutput.Plant(start);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((0, "started\n"), (process.ExitCode, output));
    }
}
