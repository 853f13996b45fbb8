using Spouts.Build.Rendering;

namespace Spouts.Build.Tests.Rendering;

public sealed class DockerContextTests
{
    [Theory]
    [InlineData("a.csproj", ".", "/r/app/a.csproj")]
    [InlineData("app/a.csproj", "..", "/r/app/a.csproj", "/r/lib/b.csproj")]
    [InlineData("app/a.csproj", "..", "/r/app/a.csproj", "/r/app2/b.csproj")]
    [InlineData("x/app/a.csproj", "../..", "/r/x/app/a.csproj", "/r/x/lib/b.csproj", "/r/Directory.Build.props")]
    public void It_is_the_deepest_folder_above_all(string project, string seen, params string[] files)
    {
        DockerContext context = DockerContext.Above(files)!;

        Assert.Equal(project, context.Relative(files[0]));
        Assert.Equal(seen, context.SeenFrom(files[0]));
    }

    [Fact]
    public void What_is_outside_has_no_path()
    {
        DockerContext context = DockerContext.At("/r/app/");

        Assert.Equal("a.csproj", context.Relative("/r/app/a.csproj"));
        Assert.Null(context.Relative("/r/global.json"));
        Assert.Null(context.Relative("/r/app2/a.csproj"));
    }
}
