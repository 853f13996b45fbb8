using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Spouts.Build.Tasks;

namespace Spouts.Build.Tests;

/// <summary>The task without a build: an assembly in, files out.</summary>
public sealed class RenderSpoutsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_spout_gets_a_spec_of_pachyderms_own_fields()
    {
        Assert.True(Render(TestAssembly.TwoSpouts).Execute());

        Assert.Equal(
            """
            {
              "pipeline": {
                "name": "clicks"
              },
              "description": "Zürich's \"clicks\".",
              "transform": {
                "image": "demo:1.2.3",
                "cmd": [
                  "/app/Demo"
                ]
              },
              "spout": {}
            }

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(_folder.File("out/clicks/pipeline.json")));
        Assert.Equal(
            """
            {
              "pipeline": {
                "name": "views"
              },
              "transform": {
                "image": "demo:1.2.3",
                "cmd": [
                  "/app/Demo"
                ]
              },
              "outputBranch": "raw",
              "spout": {}
            }

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(_folder.File("out/views/pipeline.json")));
    }

    [Fact]
    public void The_files_know_their_places_below_an_output_folder()
    {
        RenderSpouts task = Render(TestAssembly.TwoSpouts);

        Assert.True(task.Execute());

        Assert.Equal(
            ["spouts/Dockerfile", "spouts/Dockerfile.dockerignore", "spouts/clicks/pipeline.json", "spouts/views/pipeline.json"],
            task.Files.Select(static file => file.GetMetadata("TargetPath")));
        Assert.All(task.Files, static file => Assert.True(File.Exists(file.ItemSpec), file.ItemSpec));
    }

    [Fact]
    public void The_dockerfile_restores_apart_and_runs_as_nobody_special()
    {
        RenderSpouts task = Render(TestAssembly.TwoSpouts);
        task.ProjectReferences = [Item("repo/src/Lib/Lib.csproj"), Item("repo/src/Other Lib/Other.csproj")];
        task.RestoreFiles = [Item("repo/build/Versions.props")];
        Write("repo/src/Directory.Build.props", """<Project><Import Project="../Directory.Build.props" /></Project>""");
        Write("repo/Directory.Build.props", "<Project />");
        Write("repo/src/Lib/Directory.Build.targets", "<Project />");
        Write("repo/Directory.Build.targets", "<Project />");
        Write("Directory.Build.props", "<Project />");
        Write("repo/global.json", "{}");
        Write("nuget.config", "<configuration />");

        Assert.True(task.Execute());

        Assert.Equal(
            """
            # Written by the build: change the project, not this file. From the project's folder:
            #   docker build --file PATH/TO/THIS/Dockerfile --tag demo:1.2.3 ../..
            FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
            WORKDIR /src

            # Restored apart from the sources, so that a change of code downloads nothing.
            COPY ["Directory.Build.props", "Directory.Build.targets", "global.json", "./"]
            COPY ["build/Versions.props", "build/"]
            COPY ["src/Directory.Build.props", "src/"]
            COPY ["src/Demo/Demo.csproj", "src/Demo/"]
            COPY ["src/Lib/Directory.Build.targets", "src/Lib/Lib.csproj", "src/Lib/"]
            COPY ["src/Other Lib/Other.csproj", "src/Other Lib/"]
            RUN ["dotnet", "restore", "src/Demo/Demo.csproj"]

            COPY [".", "."]
            RUN ["dotnet", "publish", "src/Demo/Demo.csproj", "--configuration", "Release", "--no-restore", "--output", "/app"]

            FROM mcr.microsoft.com/dotnet/runtime:10.0
            WORKDIR /app
            COPY --from=build ["/app", "."]

            # The user "app" of .NET's images, as a number: that is how Kubernetes can tell that it is not root.
            USER 1654
            ENTRYPOINT ["/app/Demo"]

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(_folder.File("out/Dockerfile")));
    }

    [Fact]
    public void Without_an_apphost_dotnet_starts_the_program()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.UseAppHost = false;

        Assert.True(task.Execute());

        Assert.Contains("""ENTRYPOINT ["dotnet", "/app/Demo.dll"]""", File.ReadAllText(_folder.File("out/Dockerfile")), StringComparison.Ordinal);
        Assert.Contains("\"dotnet\",\n      \"/app/Demo.dll\"\n", File.ReadAllText(_folder.File("out/a/pipeline.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_compiled_ahead_of_time_gets_a_linker_and_no_runtime()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.PublishAot = true;
        task.SelfContained = true;
        task.Runtime = "runtime-deps";

        Assert.True(task.Execute());

        string dockerfile = File.ReadAllText(_folder.File("out/Dockerfile"));
        Assert.Contains("clang zlib1g-dev", dockerfile, StringComparison.Ordinal);
        Assert.Contains("""RUN ["dotnet", "restore", "Demo.csproj", "-p:PublishAot=true"]""", dockerfile, StringComparison.Ordinal);
        Assert.Contains("FROM mcr.microsoft.com/dotnet/runtime-deps:10.0\n", dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void Base_image_project_and_context_can_be_given()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.BaseImage = "registry.example.com/base:7";
        task.Project = "web";
        task.DockerContext = _folder.File("repo");

        Assert.True(task.Execute());

        string dockerfile = File.ReadAllText(_folder.File("out/Dockerfile"));
        Assert.Contains("FROM registry.example.com/base:7\n", dockerfile, StringComparison.Ordinal);
        Assert.Contains("""RUN ["dotnet", "restore", "src/Demo/Demo.csproj"]""", dockerfile, StringComparison.Ordinal);
        Assert.Contains(
            "\"pipeline\": {\n    \"project\": {\n      \"name\": \"web\"\n    },\n    \"name\": \"a\"\n  }",
            File.ReadAllText(_folder.File("out/a/pipeline.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Rendering_the_same_again_touches_nothing()
    {
        Assert.True(Render(TestAssembly.TwoSpouts).Execute());
        DateTime past = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (string file in _folder.Files("out"))
            File.SetLastWriteTimeUtc(_folder.File($"out/{file}"), past);
        RenderSpouts again = Render(TestAssembly.TwoSpouts);
        again.ContainerImageTag = "2";

        Assert.True(Render(TestAssembly.TwoSpouts).Execute());
        Assert.All(_folder.Files("out"), file => Assert.Equal(past, File.GetLastWriteTimeUtc(_folder.File($"out/{file}"))));

        Assert.True(again.Execute());
        Assert.NotEqual(past, File.GetLastWriteTimeUtc(_folder.File("out/clicks/pipeline.json")));
        Assert.Equal(past, File.GetLastWriteTimeUtc(_folder.File("out/Dockerfile.dockerignore")));
    }

    [Fact]
    public void A_renamed_spout_leaves_nothing_behind()
    {
        Assert.True(Render(TestAssembly.TwoSpouts).Execute());

        Assert.True(Render(TestAssembly.OneSpout("visits")).Execute());

        Assert.Equal(["Dockerfile", "Dockerfile.dockerignore", "visits/pipeline.json"], _folder.Files("out"));
        Assert.False(Directory.Exists(_folder.File("out/clicks")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"version":1,"spouts":[]}""")]
    public void A_program_without_spouts_gets_nothing(string? manifest)
    {
        Assert.True(Render(TestAssembly.OneSpout("old")).Execute());
        RenderSpouts task = Render(manifest);
        task.Image = "ILLEGAL";

        Assert.True(task.Execute());

        Assert.Empty(task.Files);
        Assert.Empty(_folder.Files("out"));
    }

    [Theory]
    [InlineData("clicks")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":"1","spouts":[]}""")]
    [InlineData("""{"version":1,"spouts":[{"name":"a"}]}""")]
    [InlineData("""{"version":1,"spouts":[{"name":null,"outputBranch":"master"}]}""")]
    public void A_manifest_that_is_none_is_an_error_of_the_assembly(string manifest) =>
        Fails(Render(manifest), "SPOUTB001", _folder.File("Demo.dll"), "rebuild the project");

    [Fact]
    public void An_assembly_that_is_none_is_an_error_of_it()
    {
        RenderSpouts task = Render(manifest: null);
        File.WriteAllText(task.Assembly, "no assembly");

        Fails(task, "SPOUTB001", task.Assembly, "clean the project");
    }

    [Fact]
    public void A_newer_manifest_is_an_error_of_the_assembly() =>
        Fails(Render("""{"version":2,"pipelines":[]}"""), "SPOUTB002", _folder.File("Demo.dll"), "the same version of Spouts.Framework");

    [Fact]
    public void A_name_too_long_together_with_its_project_is_an_error_of_the_project()
    {
        string longest = new('a', 51);
        Assert.True(Render(TestAssembly.OneSpout(longest)).Execute());
        RenderSpouts task = Render(TestAssembly.OneSpout(longest));
        task.Project = "default1";

        Fails(task, "SPOUTB003", task.ProjectFile, "1 characters too long");
    }

    [Fact]
    public void An_illegal_image_is_an_error_of_the_project()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.Image = "Team/Clicks";

        Fails(task, "SPOUTB004", task.ProjectFile, "set SpoutsImage");
    }

    [Theory]
    [InlineData("Web")]
    [InlineData("web_analytics")]
    [InlineData("-web")]
    public void An_illegal_project_is_an_error_of_the_project_file(string project)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.Project = project;

        Fails(task, "SPOUTB005", task.ProjectFile, "SpoutsProject");
    }

    [Theory]
    [InlineData(".NETFramework", "v4.8")]
    [InlineData(".NETStandard", "v2.0")]
    [InlineData(".NETCoreApp", "")]
    public void A_framework_without_images_is_an_error_of_the_project(string identifier, string version)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.FrameworkIdentifier = identifier;
        task.FrameworkVersion = version;

        Fails(task, "SPOUTB006", task.ProjectFile, "target net10.0");
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_an_error_that_says_why()
    {
        File.WriteAllText(_folder.File("file"), "in the way");
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.OutputDirectory = _folder.File("file/out");

        Fails(task, "SPOUTB007", task.ProjectFile, _folder.File("file"));
    }

    [Theory]
    [InlineData("elsewhere", "Demo.csproj")]
    [InlineData("repo/src/Demo", "Lib.csproj")]
    public void A_context_that_lacks_a_project_is_an_error_that_names_it(string context, string outside)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.ProjectReferences = [Item("repo/src/Lib/Lib.csproj")];
        task.DockerContext = _folder.File(context);

        Fails(task, "SPOUTB008", task.ProjectFile, $"{outside}' is not in the folder");
    }

    private RenderSpouts Render(string? manifest)
    {
        TestAssembly.Write(_folder.File("Demo.dll"), manifest);
        return new()
        {
            BuildEngine = _engine,
            Assembly = _folder.File("Demo.dll"),
            OutputDirectory = _folder.File("out"),
            ProjectFile = _folder.File("repo/src/Demo/Demo.csproj"),
            AssemblyName = "Demo",
            Version = "1.2.3",
            FrameworkIdentifier = ".NETCoreApp",
            FrameworkVersion = "v10.0",
            Runtime = "runtime",
        };
    }

    private TaskItem Item(string path) => new(_folder.File(path));

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(path))!);
        File.WriteAllText(_folder.File(path), text);
    }

    private void Fails(RenderSpouts task, string code, string file, string message)
    {
        string[] before = _folder.Files("out");

        Assert.False(task.Execute());

        BuildErrorEventArgs error = Assert.Single(_engine.Errors);
        Assert.Equal(code, error.Code);
        Assert.Equal(file, error.File);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Files("out"));
    }
}
