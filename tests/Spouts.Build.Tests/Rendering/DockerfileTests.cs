using Spouts.Build.Tasks;

namespace Spouts.Build.Tests.Rendering;

public sealed class DockerfileTests : RenderTests
{
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
        Write("repo/src/Lib/packages.lock.json", "{}");

        Assert.True(task.Execute());

        Assert.Equal(
            """
            # Written by the build: change the project, not this file. From the project's folder:
            #   docker build --file PATH/TO/THIS/Dockerfile --tag demo:1.2.3 ../..
            FROM mcr.microsoft.com/dotnet/sdk:10.0.401 AS build
            WORKDIR /src

            # Restored apart from the sources, so that a change of code downloads nothing.
            COPY ["Directory.Build.props", "Directory.Build.targets", "global.json", "./"]
            COPY ["build/Versions.props", "build/"]
            COPY ["src/Directory.Build.props", "src/"]
            COPY ["src/Demo/Demo.csproj", "src/Demo/"]
            COPY ["src/Lib/Directory.Build.targets", "src/Lib/Lib.csproj", "src/Lib/packages.lock.json", "src/Lib/"]
            COPY ["src/Other Lib/Other.csproj", "src/Other Lib/"]
            RUN dotnet restore src/Demo/Demo.csproj

            COPY [".", "."]
            RUN dotnet publish src/Demo/Demo.csproj --configuration Release --no-restore --output /app -p:SpoutsDockerContext=/src

            FROM mcr.microsoft.com/dotnet/runtime:10.0.12
            WORKDIR /app
            COPY --from=build ["/app", "."]

            # The user "app" of .NET's images, as a number: that is how Kubernetes can tell that it is not root.
            USER 1654
            ENTRYPOINT ["/app/Demo"]

            """.ReplaceLineEndings("\n"),
            Read("Dockerfile"));
    }

    [Theory]
    [InlineData(".git/HEAD")]
    [InlineData(".git")]
    [InlineData("Demo.slnx")]
    public void What_holds_for_the_whole_repository_comes_into_the_image(string root)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        Write($"repo/{root}", "");
        Write("repo/nuget.config", """<configuration><packageSources><clear /><add key="ours" value="feeds/ours" /><add key="none" value="feeds/none" /></packageSources></configuration>""");
        Write("repo/feeds/ours/A.1.0.0.nupkg", "");
        Write("repo/global.json", "{}");
        Write("repo/src/Demo/packages.lock.json", "{}");

        Assert.True(task.Execute());

        Assert.Contains(
            """
            COPY ["global.json", "nuget.config", "./"]
            COPY ["src/Demo/Demo.csproj", "src/Demo/packages.lock.json", "src/Demo/"]
            COPY ["feeds/ours/", "feeds/ours/"]
            RUN dotnet restore src/Demo/Demo.csproj

            """.ReplaceLineEndings("\n"),
            Read("Dockerfile"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_here_and_not_in_the_image_is_warned_of()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        Write("global.json", "{}");

        Assert.True(task.Execute());

        Warns("SPOUTB021", $"reads '{Folder.File("global.json")}', and one in the image does not");
        Assert.DoesNotContain("global.json", Read("Dockerfile"), StringComparison.Ordinal);

        task.DockerContext = Folder.Path;

        Assert.True(task.Execute());

        Assert.Contains("""COPY ["global.json", "./"]""", Read("Dockerfile"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.nuget.org/v3/index.json", false)]
    [InlineData("https://nuget.example.com/v3/index.json", true)]
    public void Credentials_of_a_private_feed_come_from_a_secret_of_the_build(string feed, bool mayAsk)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        Write("repo/src/Demo/nuget.config", $"""<configuration><packageSources><add key="feed" value="{feed}" /></packageSources></configuration>""");

        Assert.True(task.Execute());

        string dockerfile = Read("Dockerfile");
        Assert.Equal(mayAsk, dockerfile.Contains("\nRUN --mount=type=secret,id=nuget.config,target=/root/.nuget/NuGet/NuGet.Config dotnet restore Demo.csproj\n", StringComparison.Ordinal));
        Assert.Equal(mayAsk, dockerfile.Contains("--secret id=nuget.config,src=PATH/TO/NuGet.Config --tag demo:1.2.3 .", StringComparison.Ordinal));
    }

    [Fact]
    public void A_feed_that_nobody_can_read_is_told_with_its_file()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        Write("repo/src/Demo/nuget.config", "<configuration");

        Fails(task, "SPOUTB007", Folder.File("repo/src/Demo/nuget.config"), "This is no XML");
    }

    [Fact]
    public void Patterns_and_variables_in_paths_are_taken_as_they_are()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.ProjectReferences = [Item("repo/src/Lib $HOME [x]/Lib.csproj")];

        Assert.True(task.Execute());

        Assert.Contains("""COPY ["Lib \\$HOME [[]x]/Lib.csproj", "Lib \\$HOME [x]/"]""", Read("Dockerfile"), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_and_what_the_build_writes_stay_out_of_the_image()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.DockerContext = Folder.File("repo");
        task.WrittenFolders = ["obj/", "build/bin/", "../../artifacts", "../..", Folder.File("elsewhere")];
        Write("repo/nuget.config", """<configuration><packageSources><add key="ours" value="artifacts/package" /></packageSources></configuration>""");
        Write("repo/artifacts/package/A.1.0.0.nupkg", "");

        Assert.True(task.Execute());

        string[] ignored = Read("Dockerfile.dockerignore").TrimEnd().Split('\n');
        Assert.Equal(["artifacts", "!artifacts/package"], ignored[^2..]);
        Assert.All(["**/.git", "**/bin", "**/obj", "**/.env", "**/*.pfx", "**/id_ed25519"], name => Assert.Contains(name, ignored));
        Assert.DoesNotContain(ignored, static name => name.Length == 0 || name.Contains("elsewhere", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_an_apphost_dotnet_starts_the_program()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.UseAppHost = false;

        Assert.True(task.Execute());

        Assert.Contains("""ENTRYPOINT ["dotnet", "/app/Demo.dll"]""", Read("Dockerfile"), StringComparison.Ordinal);
        Assert.Contains("\"dotnet\",\n      \"/app/Demo.dll\"\n", Read("a/pipeline.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_compiled_ahead_of_time_gets_a_linker_and_no_runtime()
    {
        // While it publishes such a program, the SDK says that there is no apphost.
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.PublishAot = true;
        task.UseAppHost = false;
        task.SelfContained = true;
        task.Runtime = "runtime-deps";

        Assert.True(task.Execute());

        string dockerfile = Read("Dockerfile");
        Assert.Contains("clang zlib1g-dev", dockerfile, StringComparison.Ordinal);
        Assert.Contains("""ENTRYPOINT ["/app/Demo"]""", dockerfile, StringComparison.Ordinal);
        Assert.Contains("RUN dotnet restore Demo.csproj -p:PublishAot=true\n", dockerfile, StringComparison.Ordinal);
        Assert.Contains("FROM mcr.microsoft.com/dotnet/runtime-deps:10.0.12\n", dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_project_and_context_can_be_given()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.ContainerBaseImage = "registry.example.com/base:7";
        task.SdkImage = "registry.example.com/sdk:8";
        task.Chiseled = true;
        task.Project = "web";
        task.DockerContext = Folder.File("repo");

        Assert.True(task.Execute());

        string dockerfile = Read("Dockerfile");
        Assert.Contains("FROM registry.example.com/sdk:8 AS build\n", dockerfile, StringComparison.Ordinal);
        Assert.Contains("FROM registry.example.com/base:7\n", dockerfile, StringComparison.Ordinal);
        Assert.Contains("RUN dotnet restore src/Demo/Demo.csproj\n", dockerfile, StringComparison.Ordinal);
        Assert.Contains(
            "\"pipeline\": {\n    \"project\": {\n      \"name\": \"web\"\n    },\n    \"name\": \"a\"\n  }",
            Read("a/pipeline.json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runtime", "10.0.12", false, false, null, "runtime:10.0.12")]
    [InlineData("runtime", "10.0.0-rc.2.25502.107", false, false, null, "runtime:10.0.0-rc.2")]
    [InlineData("runtime", "10.0.12", true, true, null, "runtime:10.0.12-noble-chiseled")]
    [InlineData("runtime-deps", "10.0.12", true, true, "UTC", "runtime-deps:10.0.12-noble-chiseled")]
    [InlineData("runtime-deps", "10.0.12", true, true, "Europe/Berlin", "runtime-deps:10.0.12-noble-chiseled-extra")]
    [InlineData("aspnet", "10.0.12", true, false, null, "aspnet:10.0.12-noble-chiseled-extra")]
    public void The_program_runs_in_the_smallest_image_asked_for_that_has_what_it_needs(
        string runtime, string version, bool chiseled, bool invariant, string? timeZone, string expected)
    {
        string source = timeZone is null
            ? """{"name":"Fetch","kind":"poll","interval":"1m"}"""
            : $$"""{"name":"Fetch","kind":"schedule","cron":"0 6 * * *","timeZone":"{{timeZone}}"}""";
        RenderSpouts task = Render(TestAssembly.OneSpout("a", $"\"sources\":[{source}]"));
        (task.Runtime, task.RuntimeVersion, task.Chiseled, task.InvariantGlobalization) = (runtime, version, chiseled, invariant);

        Assert.True(task.Execute());

        Assert.Equal($"mcr.microsoft.com/dotnet/{expected}", task.BaseImage);
        Assert.Contains($"\nFROM mcr.microsoft.com/dotnet/{expected}\n", Read("Dockerfile"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_runs_in_the_image_of_the_program_while_it_is_built()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        (task.PublishAot, task.Chiseled, task.Runtime) = (true, true, "runtime-deps");

        Assert.True(task.Execute());

        // A chiseled image has no shell that could run anything.
        string[] last = Read("Dockerfile").Split("\nFROM ")[^1].Split('\n');
        Assert.Equal("mcr.microsoft.com/dotnet/runtime-deps:10.0.12-noble-chiseled-extra", last[0]);
        Assert.DoesNotContain(last, static line => line.StartsWith("RUN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("it's.csproj", @"'repo/it'\''s.csproj'")]
    [InlineData("$HOME `x`.csproj", "'repo/$HOME `x`.csproj'")]
    public void A_name_that_the_shell_would_read_is_quoted(string name, string quoted)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.ProjectFile = Folder.File($"repo/{name}");
        task.DockerContext = Folder.Path;

        Assert.True(task.Execute());

        Assert.Contains($"RUN dotnet restore {quoted}\n", Read("Dockerfile"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net48", "", false)]
    [InlineData("netstandard2.0", "", true)]
    [InlineData("net11.0", "11.0.0", true)]
    public void A_framework_without_images_is_an_error_of_the_project(string framework, string runtime, bool chiseled)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        (task.TargetFramework, task.RuntimeVersion, task.Chiseled) = (framework, runtime, chiseled);

        Fails(task, "SPOUTB006", task.ProjectFile, "target net10.0");
    }

    [Theory]
    [InlineData("elsewhere", "Demo.csproj")]
    [InlineData("repo/src/Demo", "Lib.csproj")]
    public void A_context_that_lacks_a_project_is_an_error_that_names_it(string context, string outside)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.ProjectReferences = [Item("repo/src/Lib/Lib.csproj")];
        task.DockerContext = Folder.File(context);

        Fails(task, "SPOUTB008", task.ProjectFile, $"{outside}' is not in the folder");
    }
}
