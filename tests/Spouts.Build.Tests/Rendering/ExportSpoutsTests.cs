using Spouts.Build.Tasks;

namespace Spouts.Build.Tests.Rendering;

/// <summary>The copies in the source tree.</summary>
public sealed class ExportSpoutsTests : RenderTests
{
    private static readonly string[] Names = ["Dockerfile", "Dockerfile.dockerignore", "clicks/pipeline.json", "views/pipeline.json"];

    private readonly RecordingEngine _engine = new();

    [Fact]
    public void An_export_is_what_was_rendered_and_a_check_finds_nothing()
    {
        Assert.True(Export(TestAssembly.TwoSpouts).Execute());

        Assert.Equal(Names, Folder.Files("tree/spouts"));
        Assert.All(Names, name => Assert.Equal(Read(name), Exported(name)));
        Assert.True(Check(TestAssembly.TwoSpouts).Execute());
        Assert.Empty(_engine.Errors);
    }

    [Fact]
    public void Exporting_the_same_again_touches_nothing()
    {
        Assert.True(Export(TestAssembly.TwoSpouts).Execute());
        Dictionary<string, DateTime> first = Folder.Written();

        Assert.True(Export(TestAssembly.TwoSpouts).Execute());

        Assert.All(Names, name => Assert.Equal(first[$"tree/spouts/{name}"], Folder.Written()[$"tree/spouts/{name}"]));
    }

    [Fact]
    public void A_check_says_of_each_copy_what_is_wrong_and_changes_nothing()
    {
        Assert.True(Export(TestAssembly.TwoSpouts).Execute());
        Write("tree/spouts/Dockerfile", Exported("Dockerfile") + "USER root\n");
        File.Delete(Folder.File("tree/spouts/Dockerfile.dockerignore"));
        Dictionary<string, DateTime> before = Folder.Written();

        Assert.False(Check(TestAssembly.OneSpout("clicks")).Execute());

        Assert.Equal(
            [
                ("Dockerfile", "This copy is not what the build writes now: run dotnet build -t:SpoutsExport, and commit what that changes."),
                ("Dockerfile.dockerignore", "This copy is missing: run dotnet build -t:SpoutsExport, and commit what that changes."),
                ("clicks/pipeline.json", "This copy is not what the build writes now: run dotnet build -t:SpoutsExport, and commit what that changes."),
                ("views/pipeline.json", "This copy belongs to no spout of this program: run dotnet build -t:SpoutsExport, and commit what that changes."),
            ],
            _engine.Errors.Select(error => (Path.GetRelativePath(Folder.File("tree/spouts"), error.File), error.Message!)));
        Assert.All(_engine.Errors, static error => Assert.Equal("SPOUTB016", error.Code));
        Assert.All(
            Folder.Written().Where(static file => file.Key.StartsWith("tree/", StringComparison.Ordinal)),
            file => Assert.Equal(before[file.Key], file.Value));
    }

    [Fact]
    public void The_ends_of_lines_are_the_checkouts_affair()
    {
        Assert.True(Export(TestAssembly.TwoSpouts).Execute());
        foreach (string name in Names)
            Write($"tree/spouts/{name}", Exported(name).Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.True(Check(TestAssembly.TwoSpouts).Execute());
    }

    [Theory]
    [InlineData("""{"version":1,"spouts":[]}""")]
    [InlineData(null)]
    public void Copies_of_spouts_that_are_gone_go_and_nothing_else(string? later)
    {
        Assert.True(Export(TestAssembly.TwoSpouts).Execute());
        Write("tree/spouts/views/README.md", "by hand");
        Write("tree/spouts/theirs/deep/pipeline.json", "{}");

        Assert.True(Export(later ?? TestAssembly.OneSpout("visits")).Execute());

        string[] rendered = later is null ? ["Dockerfile", "Dockerfile.dockerignore", "visits/pipeline.json"] : [];
        Assert.Equal(rendered.Concat(["theirs/deep/pipeline.json", "views/README.md"]).Order(StringComparer.Ordinal), Folder.Files("tree/spouts"));
        Assert.False(Directory.Exists(Folder.File("tree/spouts/clicks")));
    }

    private string Exported(string name) => File.ReadAllText(Folder.File($"tree/spouts/{name}"));

    private ExportSpouts Check(string manifest)
    {
        ExportSpouts task = Export(manifest);
        task.CheckOnly = true;
        return task;
    }

    private ExportSpouts Export(string manifest)
    {
        RenderSpouts render = Render(manifest);
        Assert.True(render.Execute());
        return new()
        {
            BuildEngine = _engine,
            ProjectFile = render.ProjectFile,
            ExportDirectory = Folder.File("tree/spouts"),
            Files = render.Files,
        };
    }
}
