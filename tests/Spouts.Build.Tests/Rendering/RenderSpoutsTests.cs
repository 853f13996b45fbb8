using Spouts.Build.Tasks;

namespace Spouts.Build.Tests.Rendering;

public sealed class RenderSpoutsTests : RenderTests
{
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
    public void Rendering_the_same_again_touches_nothing()
    {
        Assert.True(Render(TestAssembly.TwoSpouts).Execute());
        DateTime past = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (string file in Folder.Files("out"))
            File.SetLastWriteTimeUtc(Folder.File($"out/{file}"), past);
        RenderSpouts again = Render(TestAssembly.TwoSpouts);
        again.ContainerImageTag = "2";

        Assert.True(Render(TestAssembly.TwoSpouts).Execute());
        Assert.All(Folder.Files("out"), file => Assert.Equal(past, File.GetLastWriteTimeUtc(Folder.File($"out/{file}"))));

        Assert.True(again.Execute());
        Assert.NotEqual(past, File.GetLastWriteTimeUtc(Folder.File("out/clicks/pipeline.json")));
        Assert.Equal(past, File.GetLastWriteTimeUtc(Folder.File("out/Dockerfile.dockerignore")));
    }

    [Fact]
    public void A_renamed_spout_leaves_nothing_behind()
    {
        Assert.True(Render(TestAssembly.TwoSpouts).Execute());

        Assert.True(Render(TestAssembly.OneSpout("visits")).Execute());

        Assert.Equal(["Dockerfile", "Dockerfile.dockerignore", "visits/pipeline.json"], Folder.Files("out"));
        Assert.False(Directory.Exists(Folder.File("out/clicks")));
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
        Assert.Empty(Folder.Files("out"));
    }

    [Theory]
    [InlineData("clicks")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":"1","spouts":[]}""")]
    [InlineData("""{"version":1,"spouts":[{"name":"a"}]}""")]
    [InlineData("""{"version":1,"spouts":[{"name":null,"outputBranch":"master"}]}""")]
    [InlineData("""{"version":1,"spouts":[{"name":"a","outputBranch":"master","labels":null}]}""")]
    [InlineData("""{"version":1,"spouts":[{"name":"a","outputBranch":"master","parallelism":"2"}]}""")]
    [InlineData("""{"version":1,"spouts":[{"name":"a","outputBranch":"master"},{"name":"a","outputBranch":"raw"}]}""")]
    public void A_manifest_that_is_none_is_an_error_of_the_assembly(string manifest) =>
        Fails(Render(manifest), "SPOUTB001", Folder.File("Demo.dll"), "rebuild the project");

    [Fact]
    public void An_assembly_that_is_none_is_an_error_of_it()
    {
        RenderSpouts task = Render(manifest: null);
        File.WriteAllText(task.Assembly, "no assembly");

        Fails(task, "SPOUTB001", task.Assembly, "clean the project");
    }

    [Fact]
    public void A_newer_manifest_is_an_error_of_the_assembly() =>
        Fails(Render("""{"version":2,"pipelines":[]}"""), "SPOUTB002", Folder.File("Demo.dll"), "the same version of Spouts.Framework");

    [Fact]
    public void An_illegal_image_is_an_error_of_the_project()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.Image = "Team/Clicks";

        Fails(task, "SPOUTB004", task.ProjectFile, "set SpoutsImage");
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_an_error_that_says_why()
    {
        File.WriteAllText(Folder.File("file"), "in the way");
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.OutputDirectory = Folder.File("file/out");

        Fails(task, "SPOUTB007", task.ProjectFile, Folder.File("file"));
    }
}
