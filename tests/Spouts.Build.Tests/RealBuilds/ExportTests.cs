namespace Spouts.Build.Tests.RealBuilds;

/// <summary>The targets that people call, by the real <c>dotnet</c>.</summary>
public sealed class ExportTests : IDisposable
{
    private static readonly string[] Artifacts = ["Dockerfile", "Dockerfile.dockerignore", "clicks/pipeline.json", "views/pipeline.json"];

    private readonly RealProject _project = RealProject.WithManifest();

    private TemporaryFolder Folder => _project.Folder;

    public void Dispose() => _project.Dispose();

    [Fact]
    public void What_the_build_writes_is_exported_into_the_project_and_checked_there()
    {
        _project.Dotnet("build -t:SpoutsExport");

        Assert.Equal(Artifacts, Folder.Files("spouts"));
        Assert.All(Artifacts, file => Assert.Equal(
            File.ReadAllText(Folder.File($"bin/Debug/net10.0/spouts/{file}")), File.ReadAllText(Folder.File($"spouts/{file}"))));
        _project.Dotnet("build --no-restore -t:SpoutsCheck");

        _project.Write(TestAssembly.OneSpout("clicks"));
        string output = _project.Dotnet("build --no-restore -t:SpoutsCheck", succeeds: false);

        Assert.Contains($"{Folder.File("spouts/clicks/pipeline.json")} : error SPOUTB016: This copy is not what the build writes now", output, StringComparison.Ordinal);
        Assert.Contains($"{Folder.File("spouts/views/pipeline.json")} : error SPOUTB016: This copy belongs to no spout", output, StringComparison.Ordinal);

        // Neither an ordinary build nor a clean touches what is in the source tree.
        Dictionary<string, DateTime> exported = Folder.Written();
        _project.Dotnet("build --no-restore");
        _project.Dotnet("clean");
        Assert.All(Artifacts, file => Assert.Equal(exported[$"spouts/{file}"], Folder.Written()[$"spouts/{file}"]));
    }

    [Fact]
    public void A_web_project_publishes_its_artifacts_once_although_its_sdk_publishes_all_json()
    {
        File.WriteAllText(
            Folder.File("Demo.csproj"),
            File.ReadAllText(Folder.File("Demo.csproj")).Replace("Microsoft.NET.Sdk\"", "Microsoft.NET.Sdk.Web\"", StringComparison.Ordinal));
        _project.Dotnet("build -t:SpoutsExport -p:SpoutsExportDirectory=deploy/spouts");

        _project.Dotnet("publish --no-restore -o out -p:SpoutsExportDirectory=deploy/spouts");

        Assert.Equal(Artifacts, Folder.Files("deploy/spouts"));
        Assert.Equal(Artifacts, Folder.Files("out/spouts"));
        Assert.DoesNotContain(Folder.Files("out"), static file => file.Contains("deploy", StringComparison.Ordinal));
        Assert.Contains("\nFROM mcr.microsoft.com/dotnet/aspnet:10.0.", File.ReadAllText(Folder.File("out/spouts/Dockerfile")), StringComparison.Ordinal);
    }
}
