using Microsoft.Build.Utilities;
using Spouts.Build.Tasks;

namespace Spouts.Build.Tests.Rendering;

public sealed class CopySpoutsTests : RenderTests
{
    [Fact]
    public void Two_different_programs_never_share_a_tag_and_equal_ones_do()
    {
        string first = Tag("1.2.3", ("Demo.dll", "one"), ("sub/a.txt", "two"));

        Assert.Matches("^1[.]2[.]3-[0-9a-f]{12}$", first);
        Assert.Equal(first, Tag("1.2.3", ("sub/a.txt", "two"), ("Demo.dll", "one")));
        Assert.Equal(first, Tag("1.2.3", ("Demo.dll", "one"), ("sub/a.txt", "two"), ("spouts/a/pipeline.json", "{}")));
        Assert.DoesNotContain(first, (string[])
        [
            Tag("1.2.3", ("Demo.dll", "One"), ("sub/a.txt", "two")),
            Tag("1.2.3", ("Demo.dll", "onet"), ("sub/a.txt", "wo")),
            Tag("1.2.3", ("Demo.dll", "one"), ("sub/b.txt", "two")),
            Tag("1.2.3", ("Demo.dll", "one")),
        ]);
        Assert.StartsWith(new string('1', 115) + "-", Tag(new('1', 128), ("Demo.dll", "one")), StringComparison.Ordinal);
    }

    // The tag that what is published gets: in the spec and in the Dockerfile.
    private string Tag(string version, params (string Name, string Content)[] published)
    {
        foreach ((string name, string content) in published)
            Write($"out/{name}", content);
        RenderSpouts render = Render(TestAssembly.OneSpout("a"));
        (render.Version, render.OutputDirectory) = (version, Folder.File("rendered"));
        Assert.True(render.Execute());
        CopySpouts copy = new()
        {
            BuildEngine = render.BuildEngine,
            ProjectFile = render.ProjectFile,
            Files = [.. render.Files],
            Image = render.ImageReference,
            Directory = Folder.File("out"),
            Published = [Folder.File("out")],
        };

        Assert.True(copy.Execute());

        Assert.Contains($"\"image\": \"demo:{copy.ImageTag}\"", Read("spouts/a/pipeline.json"), StringComparison.Ordinal);
        Assert.Contains($" --tag demo:{copy.ImageTag} .\n", Read("spouts/Dockerfile"), StringComparison.Ordinal);
        Directory.Delete(Folder.File("out"), recursive: true);
        return copy.ImageTag;
    }
}
