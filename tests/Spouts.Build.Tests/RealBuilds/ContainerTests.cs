using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Spouts.Build.Tests.RealBuilds;

/// <summary><c>dotnet publish -t:PublishContainer</c>, without a container engine.</summary>
public sealed class ContainerTests : IDisposable
{
    private readonly RealProject _project = RealProject.WithManifest();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("", "mcr.microsoft.com/dotnet/runtime:10.0.", "", "demo", "1.2.3", "/app/Demo")]
    [InlineData("-p:SpoutsChiseled=true -p:InvariantGlobalization=true -p:ContainerRepository=team/clicks -p:ContainerImageTag=7", "-noble-chiseled", "", "team/clicks", "7", "/app/Demo")]
    [InlineData("-p:SpoutsImage=ghcr.io/team/clicks:8 -p:ContainerBaseImage=example.com/base:1 -p:UseAppHost=false", "example.com/base:1", "ghcr.io", "team/clicks", "8", "dotnet /app/Demo.dll")]
    [InlineData("-p:ContainerImageTags=\\\"9;latest\\\"", "dotnet/runtime:10.0.", "", "demo", "9 latest", "/app/Demo")]
    public void The_image_is_the_one_that_the_specs_name(
        string properties, string baseImage, string registry, string repository, string tags, string command)
    {
        string answer = _project.Dotnet(
            $"build {properties} -t:Build -t:ComputeContainerConfig -getItem:ContainerImageTags -getItem:ContainerAppCommand "
            + "-getProperty:ContainerBaseImage -getProperty:ContainerRegistry -getProperty:ContainerRepository -getProperty:ContainerUser "
            + "-getProperty:ContainerWorkingDirectory");

        using JsonDocument document = JsonDocument.Parse(answer);
        string[] Items(string name) =>
            [.. document.RootElement.GetProperty("Items").GetProperty(name).EnumerateArray().Select(static item => item.GetProperty("Identity").GetString()!)];
        string Property(string name) => document.RootElement.GetProperty("Properties").GetProperty(name).GetString()!;
        Assert.Contains(baseImage, Property("ContainerBaseImage"), StringComparison.Ordinal);
        Assert.Equal((registry, repository), (Property("ContainerRegistry"), Property("ContainerRepository")));
        Assert.Equal(("1654", "/app/"), (Property("ContainerUser"), Property("ContainerWorkingDirectory")));
        Assert.Equal(tags.Split(' '), Items("ContainerImageTags"));
        Assert.Equal(command.Split(' '), Items("ContainerAppCommand"));
        string image = $"{(registry.Length > 0 ? registry + "/" : "")}{repository}:{tags.Split(' ')[0]}";
        Assert.Contains($"\"image\": \"{image}\"", File.ReadAllText(_project.Folder.File("bin/Debug/net10.0/spouts/clicks/pipeline.json")), StringComparison.Ordinal);
        Assert.Contains($"\nFROM {Property("ContainerBaseImage")}\n", File.ReadAllText(_project.Folder.File("bin/Debug/net10.0/spouts/Dockerfile")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_archive_holds_an_image_that_runs_the_program_as_nobody_special()
    {
        await using LoopbackRegistry registry = await LoopbackRegistry.StartAsync();

        _project.Dotnet($"publish -t:PublishContainer -p:ContainerBaseImage={registry.BaseImage} -p:ContainerImageFormat=Docker -p:ContainerArchiveOutputPath=image.tar");

        Dictionary<string, (byte[] Content, UnixFileMode Mode)> archive = Entries(File.OpenRead(_project.Folder.File("image.tar")));
        using JsonDocument manifest = JsonDocument.Parse(archive["manifest.json"].Content);
        JsonElement image = manifest.RootElement[0];
        using JsonDocument configuration = JsonDocument.Parse(archive[image.GetProperty("Config").GetString()!].Content);
        JsonElement config = configuration.RootElement.GetProperty("config");
        string name = Assert.Single(image.GetProperty("RepoTags").EnumerateArray()).GetString()!;
        Assert.Matches("^demo:1[.]2[.]3-[0-9a-f]{12}$", name);
        Assert.Equal("1654", config.GetProperty("User").GetString());
        Assert.Equal("/app/Demo", Assert.Single(config.GetProperty("Entrypoint").EnumerateArray()).GetString());
        Dictionary<string, (byte[] Content, UnixFileMode Mode)> program = Entries(new GZipStream(
            new MemoryStream(archive[image.GetProperty("Layers").EnumerateArray().Last().GetString()!].Content), CompressionMode.Decompress));
        Assert.True(program["app/Demo"].Mode.HasFlag(UnixFileMode.OtherExecute | UnixFileMode.OtherRead), program["app/Demo"].Mode.ToString());
        Assert.Contains($"\"image\": \"{name}\"", Encoding.UTF8.GetString(program["app/spouts/clicks/pipeline.json"].Content), StringComparison.Ordinal);
        Assert.Contains($"\"image\": \"{name}\"", _project.Folder.Read("bin/Release/net10.0/publish/spouts/clicks/pipeline.json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no apphost", "<UseAppHost>false</UseAppHost>", "dotnet /app/Demo.dll")]
    [InlineData("single file", "<PublishSingleFile>true</PublishSingleFile>", "/app/Demo")]
    public async Task Images_for_several_processors_start_what_the_specs_start(string form, string properties, string command)
    {
        // To the SDK a program that is of one runtime identifier is for one processor.
        using RealProject project = RealProject.WithManifest(properties: $"""
            <RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers>
            </PropertyGroup>
            <PropertyGroup Condition="'$(RuntimeIdentifier)' != ''">
              {properties}
            """);
        await using LoopbackRegistry registry = await LoopbackRegistry.StartAsync();

        IReadOnlyDictionary<string, JsonElement> images = await registry.ReadAsync("team/demo", PublishImages(project, registry));

        Assert.Equal(["amd64", "arm64"], images.Keys.Order(StringComparer.Ordinal));
        Assert.All(images, image => Assert.Equal(
            ("1654", command),
            (image.Value.GetProperty("User").GetString(), string.Join(' ', image.Value.GetProperty("Entrypoint").EnumerateArray().Select(static word => word.GetString())))));
        Assert.NotEmpty(form);
    }

    // Two minutes: -explicit only -class '*ContainerTests'
    [Theory(Explicit = true)]
    [InlineData("apphost", "", "/app/Demo")]
    [InlineData("self-contained", "<SelfContained>true</SelfContained>", "/app/Demo")]
    [InlineData("trimmed", "<PublishTrimmed>true</PublishTrimmed>", "/app/Demo")]
    [InlineData("ready to run", "<PublishReadyToRun>true</PublishReadyToRun>", "/app/Demo")]
    public Task Images_for_several_processors_start_what_the_specs_start_in_every_form(string form, string properties, string command) =>
        Images_for_several_processors_start_what_the_specs_start(form, properties, command);

    [Fact]
    public async Task What_is_different_in_one_of_several_images_makes_another_tag()
    {
        using RealProject project = RealProject.WithManifest(properties: "<RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers>");
        await using LoopbackRegistry registry = await LoopbackRegistry.StartAsync();
        string first = PublishImages(project, registry);
        Assert.Equal(first, PublishImages(project, registry));

        File.WriteAllText(project.Folder.File("Directory.Build.props"), """
            <Project><PropertyGroup Condition="'$(RuntimeIdentifier)' == 'linux-arm64'"><DefineConstants>$(DefineConstants);ARM</DefineConstants></PropertyGroup></Project>
            """);
        File.AppendAllText(project.Folder.File("Program.cs"), "#if ARM\npublic static class Arm;\n#endif\n");

        Assert.NotEqual(first, PublishImages(project, registry));
    }

    // The tag that the published spec has.
    private static string PublishImages(RealProject project, LoopbackRegistry registry)
    {
        project.Dotnet($"publish -t:PublishContainer -p:ContainerBaseImage={registry.BaseImage} -p:ContainerRegistry={registry.Address} -p:ContainerRepository=team/demo");

        return Regex.Match(
            project.Folder.Read("bin/Release/net10.0/publish/spouts/clicks/pipeline.json"),
            $"\"image\": \"{registry.Address}/team/demo:(1[.]2[.]3-[0-9a-f]{{12}})\"").Groups[1].Value;
    }

    [Fact]
    public void A_program_compiled_ahead_of_time_for_another_processor_asks_for_what_that_takes()
    {
        string other = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-x64" : "linux-arm64";
        _project.Dotnet($"restore -r {other} -p:PublishAot=true");

        string output = _project.Dotnet($"publish --no-restore -r {other} -p:PublishAot=true", succeeds: false);

        Assert.Contains($"error SPOUTB018: Compiling ahead of time for {other}", output, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(output, ": error ").Select(static error => error.Value).Distinct());
    }

    [Fact]
    public void A_program_of_another_system_is_no_container()
    {
        string output = _project.Dotnet("build -r win-x64 -t:Build -t:ComputeContainerConfig", succeeds: false);

        Assert.Contains("error SPOUTB017: The specs start a program that is built for win-x64", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_without_spouts_gets_the_sdks_own_defaults()
    {
        _project.Write(manifest: null);

        string image = _project.Dotnet("build -t:Build -t:ComputeContainerConfig -getProperty:ContainerBaseImage");

        Assert.Equal("mcr.microsoft.com/dotnet/runtime:10.0", image.Trim());
    }

    /// <summary>The files in a tape archive.</summary>
    private static Dictionary<string, (byte[] Content, UnixFileMode Mode)> Entries(Stream archive)
    {
        using TarReader reader = new(archive);
        Dictionary<string, (byte[] Content, UnixFileMode Mode)> entries = new(StringComparer.Ordinal);
        while (reader.GetNextEntry() is { } entry)
        {
            using MemoryStream content = new();
            entry.DataStream?.CopyTo(content);
            entries[entry.Name.TrimStart('.', '/')] = (content.ToArray(), entry.Mode);
        }

        return entries;
    }
}
