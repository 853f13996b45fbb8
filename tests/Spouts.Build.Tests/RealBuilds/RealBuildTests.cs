using System.Text.RegularExpressions;

namespace Spouts.Build.Tests.RealBuilds;

/// <summary>Projects built, published and cleaned by the real <c>dotnet</c>.</summary>
public sealed class RealBuildTests : IDisposable
{
    private const string Output = "bin/Debug/net10.0";
    private const string Published = "bin/Release/net10.0/publish";

    private static readonly string[] Artifacts = ["Dockerfile", "Dockerfile.dockerignore", "clicks/pipeline.json", "views/pipeline.json"];

    private readonly RealProject _project = RealProject.WithManifest();

    private TemporaryFolder Folder => _project.Folder;

    public void Dispose() => _project.Dispose();

    [Fact]
    public void A_build_leaves_the_artifacts_beside_the_program_and_building_again_touches_nothing()
    {
        _project.Dotnet("build");

        Assert.Equal(Artifacts, Folder.Files($"{Output}/spouts"));
        Assert.Contains("\"image\": \"demo:1.2.3\"", File.ReadAllText(Folder.File($"{Output}/spouts/clicks/pipeline.json")), StringComparison.Ordinal);
        Assert.Contains("""COPY ["Demo.csproj", "Directory.Build.props", "Directory.Build.targets", "./"]""", File.ReadAllText(Folder.File($"{Output}/spouts/Dockerfile")), StringComparison.Ordinal);
        Assert.Contains("/tools/Spouts.Local.dll", File.ReadAllText(Folder.File($"{Output}/spouts.local.json")), StringComparison.Ordinal);

        Dictionary<string, DateTime> first = Folder.Written();
        string output = _project.Dotnet("build --no-restore -v normal");

        Assert.Equal(first, Folder.Written());
        Assert.DoesNotContain("Copying file", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renamed_spout_leaves_nothing_behind_and_neither_does_a_program_that_lost_its_spouts()
    {
        _project.Dotnet("build");

        _project.Write(TestAssembly.OneSpout("visits"));
        _project.Dotnet("build --no-restore");

        string[] expected = ["Dockerfile", "Dockerfile.dockerignore", "visits/pipeline.json"];
        Assert.Equal(expected, Folder.Files($"{Output}/spouts"));
        Assert.False(Directory.Exists(Folder.File($"{Output}/spouts/clicks")));
        Directory.CreateDirectory(Folder.File($"{Output}/spouts/theirs"));
        File.WriteAllText(Folder.File($"{Output}/spouts/theirs/pipeline.json"), "{}");

        _project.Write(manifest: null);
        _project.Dotnet("build --no-restore");

        Assert.Equal(["theirs/pipeline.json"], Folder.Files($"{Output}/spouts"));
        Assert.False(File.Exists(Folder.File($"{Output}/spouts.local.json")));
        Assert.Contains("Demo.dll", Folder.Files(Output));
    }

    [Fact]
    public void A_property_on_the_command_line_is_heeded_although_no_file_has_changed()
    {
        _project.Dotnet("build");

        _project.Dotnet("build --no-restore -p:SpoutsImage=team/clicks:7");

        Assert.Contains("team/clicks:7", File.ReadAllText(Folder.File($"{Output}/spouts/clicks/pipeline.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_clean_takes_everything_away()
    {
        _project.Dotnet("build");

        _project.Dotnet("clean");

        Assert.DoesNotContain(Folder.Files(), static file => file.Contains("spouts", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Folder.File($"{Output}/spouts")));
        Assert.False(Directory.Exists(Folder.File("obj/Debug/net10.0/spouts")));
    }

    [Fact]
    public void What_is_published_has_the_artifacts_but_nothing_of_this_machine()
    {
        _project.Dotnet("publish");

        Assert.Equal(Artifacts, Folder.Files($"{Published}/spouts"));
        Assert.Contains("Demo.dll", Folder.Files(Published));
        Assert.False(File.Exists(Folder.File($"{Published}/spouts.local.json")));
        Assert.All(Folder.Files($"{Published}/spouts"), file =>
            Assert.DoesNotContain(Folder.Path, File.ReadAllText(Folder.File($"{Published}/spouts/{file}")), StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_built_can_be_published_without_building_and_a_renamed_spout_leaves_nothing_there()
    {
        _project.Dotnet("build -c Release");
        Dictionary<string, DateTime> built = Folder.Written();

        _project.Dotnet("publish --no-build");

        Assert.Equal(Artifacts, Folder.Files($"{Published}/spouts"));
        Assert.All(
            Folder.Written().Where(static file => file.Key.Contains("spouts/", StringComparison.Ordinal) && !file.Key.StartsWith(Published, StringComparison.Ordinal)),
            file => Assert.Equal(built[file.Key], file.Value));

        _project.Write(TestAssembly.OneSpout("visits"));
        _project.Dotnet("publish --no-restore");

        Assert.Equal(["Dockerfile", "Dockerfile.dockerignore", "visits/pipeline.json"], Folder.Files($"{Published}/spouts"));
        Assert.False(Directory.Exists(Folder.File($"{Published}/spouts/clicks")));
    }

    [Fact]
    public void What_is_published_names_an_image_that_no_other_program_names()
    {
        string first = Published("");
        Assert.Matches("^demo:1[.]2[.]3-[0-9a-f]{12}$", first);
        Assert.Equal(first, Published(""));

        _project.Write(TestAssembly.TwoSpouts.Replace("raw", "cooked", StringComparison.Ordinal));

        Assert.NotEqual(first, Published(""));
        Assert.Contains("\"image\": \"demo:1.2.3\"", Folder.Read("bin/Release/net10.0/spouts/clicks/pipeline.json"), StringComparison.Ordinal);
        Assert.Equal("demo:7", Published("-p:ContainerImageTag=7"));
        Assert.Equal("demo:8", Published("-p:ContainerImageTags=\\\"8;latest\\\""));
        Assert.Equal("team/demo:9", Published("-p:SpoutsImage=team/demo:9"));

        string Published(string properties)
        {
            _project.Dotnet($"publish {properties}");
            return Regex.Match(Folder.Read($"{RealBuildTests.Published}/spouts/clicks/pipeline.json"), "\"image\": \"([^\"]*)\"").Groups[1].Value;
        }
    }

    [Fact]
    public void The_same_program_built_in_two_folders_is_the_same_program()
    {
        using RealProject other = RealProject.WithManifest();

        _project.Dotnet("publish");
        other.Dotnet("publish");

        Assert.Equal(Folder.Read($"{Published}/spouts/clicks/pipeline.json"), other.Folder.Read($"{Published}/spouts/clicks/pipeline.json"));
    }

    [Fact]
    public void Two_programs_do_not_share_a_folder()
    {
        const string Other = "other/Other.csproj";
        Directory.CreateDirectory(Folder.File("other"));
        File.WriteAllText(Folder.File(Other), Folder.Read("Demo.csproj"));
        File.WriteAllText(Folder.File("other/Program.cs"), Folder.Read("Program.cs"));
        File.WriteAllText(Folder.File("Directory.Build.props"), """
            <Project><PropertyGroup><DefaultItemExcludes>$(DefaultItemExcludes);other/**</DefaultItemExcludes><OutDir>$(MSBuildThisFileDirectory)all/</OutDir></PropertyGroup></Project>
            """);
        _project.Dotnet("build Demo.csproj");

        string output = _project.Dotnet($"build {Other}", succeeds: false);

        Assert.Contains($"{Folder.File(Other)} : error SPOUTB019: '{Folder.File("all/")}' holds the program Demo already", output, StringComparison.Ordinal);
        _project.Dotnet("build Demo.csproj -p:AssemblyName=Renamed");
    }

    [Theory]
    [InlineData("vbproj", "vb", "<Spouts.Spout>\nPublic Class Marked\nEnd Class\nNamespace Global.Spouts\nPublic Class SpoutAttribute\nInherits System.Attribute\nEnd Class\nEnd Namespace", "VB")]
    [InlineData("csproj", "cs", "[Spouts.Spout] public class Marked;\nnamespace Spouts { public class SpoutAttribute : System.Attribute; }", "leaves them out")]
    public void A_class_that_is_marked_and_not_generated_for_is_an_error(string project, string source, string code, string expected)
    {
        using RealProject library = RealProject.WithManifest("Library");
        File.Delete(library.Folder.File("Program.cs"));
        File.Move(library.Folder.File("Demo.csproj"), library.Folder.File($"Demo.{project}"));
        File.WriteAllText(library.Folder.File($"Marked.{source}"), code);

        string output = library.Dotnet("build", succeeds: false);

        Assert.Contains("error SPOUTB020: Marked is marked with [Spout], and nothing was generated for it", output, StringComparison.Ordinal);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_file_has_its_artifacts_beside_it()
    {
        _project.Dotnet("publish --use-current-runtime --no-self-contained -p:PublishSingleFile=true -p:IncludeAllContentForSelfExtract=true -o out");

        Assert.Equal(Artifacts, Folder.Files("out/spouts"));
        Assert.DoesNotContain("Demo.dll", Folder.Files("out"));
    }

    [Fact]
    public void A_program_for_another_machine_has_the_same_artifacts()
    {
        _project.Dotnet("publish -o here -p:ContainerImageTag=7");

        _project.Dotnet("publish -r linux-arm64 --no-self-contained -o there -p:ContainerImageTag=7");

        Assert.Equal(Artifacts, Folder.Files("there/spouts"));
        Assert.Equal(Artifacts, Folder.Files("bin/Release/net10.0/linux-arm64/spouts"));
        Assert.All(Artifacts, file => Assert.Equal(
            File.ReadAllText(Folder.File($"here/spouts/{file}")), File.ReadAllText(Folder.File($"there/spouts/{file}"))));
    }

    [Fact]
    public void A_program_that_brings_its_runtime_is_built_so_in_its_image()
    {
        _project.Dotnet("build -r linux-x64 --self-contained");

        string dockerfile = File.ReadAllText(Folder.File($"{Output}/linux-x64/spouts/Dockerfile"));
        Assert.Contains("RUN dotnet restore Demo.csproj -p:UseCurrentRuntimeIdentifier=true -p:SelfContained=true\n", dockerfile, StringComparison.Ordinal);
        Assert.Contains("\nFROM mcr.microsoft.com/dotnet/runtime-deps:10.0.", dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tests_of_a_program_get_nothing_of_it_and_nothing_of_their_own()
    {
        const string Tests = "tests/Tests.csproj";
        Directory.CreateDirectory(Folder.File("tests"));
        File.WriteAllText(Folder.File(Tests), File.ReadAllText(Folder.File("Demo.csproj")).Replace(
            "</Project>", """<ItemGroup><ProjectReference Include="../Demo.csproj" /></ItemGroup></Project>""", StringComparison.Ordinal));
        File.WriteAllText(Folder.File("tests/Tests.cs"), "public static class Tests { public static void Main() { } }");
        File.WriteAllText(Folder.File("Directory.Build.props"), """
            <Project><PropertyGroup><DefaultItemExcludes>$(DefaultItemExcludes);tests/**</DefaultItemExcludes></PropertyGroup></Project>
            """);

        _project.Dotnet($"build {Tests}");

        Assert.Equal(Artifacts, Folder.Files($"{Output}/spouts"));
        Assert.Contains("Demo.dll", Folder.Files($"tests/{Output}"));
        Assert.DoesNotContain(Folder.Files("tests"), static file => file.Contains("spouts", StringComparison.Ordinal));
    }

    [Fact]
    public void A_library_gets_nothing()
    {
        using RealProject library = RealProject.WithManifest("Library");

        library.Dotnet("build");

        Assert.Contains("Demo.dll", library.Folder.Files(Output));
        Assert.DoesNotContain(library.Folder.Files(), static file => file.Contains("spouts", StringComparison.Ordinal));
    }

    [Fact]
    public void A_design_time_build_does_nothing()
    {
        _project.Dotnet("build -p:DesignTimeBuild=true");

        Assert.DoesNotContain(Folder.Files(), static file => file.Contains("spouts", StringComparison.Ordinal));

        _project.Dotnet("build --no-restore");
        _project.Dotnet("msbuild -t:Compile -p:DesignTimeBuild=true -p:SkipCompilerExecution=true -p:SpoutsImage=other");

        Assert.DoesNotContain("other", File.ReadAllText(Folder.File("obj/Debug/net10.0/spouts/clicks/pipeline.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_ends_the_build_with_code_file_and_cure()
    {
        string output = _project.Dotnet("build -p:SpoutsProject=Web", succeeds: false);

        Assert.Contains($"{Folder.File("Demo.csproj")} : error SPOUTB005: Spouts cannot run in a project named 'Web'", output, StringComparison.Ordinal);
    }
}
