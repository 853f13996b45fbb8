using Spouts.Local.Children;
using Spouts.Local.Core;
using Spouts.Pachyderm.Protos.Pps;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>Where a spec's command and working directory are found.</summary>
public sealed class ImagesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("spouts-image-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("img:1", "img:1")]
    [InlineData("img", "img:1")]
    [InlineData("registry:5000/img", "registry:5000/img")]
    [InlineData("registry:5000/img", "registry:5000/img:1")]
    [InlineData("img", "img@sha256:0123")]
    public void A_directory_stands_for_an_image_with_or_without_its_tag(string mapped, string image)
    {
        string program = Program("x");
        Assert.Equal(program, Order(mapped, new Transform { Image = image, Cmd = { "x" } }).Program);
    }

    [Theory]
    [InlineData("/usr/local/bin/x", "usr/local/bin/x")]
    [InlineData("/app/x", "x")]
    [InlineData("./sub/x", "sub/x")]
    [InlineData("x", "x")]
    public void A_command_is_found_in_the_directory(string command, string path)
    {
        string program = Program(path);
        Assert.Equal(program, Order("img", new Transform { Image = "img", Cmd = { command } }).Program);
    }

    [Fact]
    public void What_the_directory_does_not_have_is_taken_from_the_machine()
        => Assert.Equal("/bin/sh", Order("img", new Transform { Image = "img", Cmd = { "sh" } }, "/nowhere:/bin").Program);

    [Theory]
    [InlineData("", "")]
    [InlineData("/sub", "/sub")]
    [InlineData("sub", "/sub")]
    public void A_working_directory_lies_in_the_directory(string asked, string directory)
    {
        Directory.CreateDirectory(_root + "/sub");
        Program("x");
        Assert.Equal(_root + directory, Order("img", new Transform { Image = "img", Cmd = { "/x" }, WorkingDir = asked }).Directory);
    }

    [Theory]
    [InlineData("nosuch", "", "has such a command")]
    [InlineData("", "", "has such a command")]
    [InlineData("text", "", "text is not executable")]
    [InlineData("text", "/gone", "there is no working directory")]
    public void What_is_missing_is_said(string command, string directory, string what)
    {
        File.WriteAllText(Path.Combine(_root, "text"), "");
        PachException missing = Assert.Throws<PachException>(
            () => Order("img", new Transform { Image = "img", Cmd = { command }, WorkingDir = directory }));
        Assert.Contains(what, missing.Message, StringComparison.Ordinal);
    }

    private WorkerOrder Order(string mapped, Transform transform, string path = "")
        => new Images(new Dictionary<string, string> { [mapped] = _root }).Order(transform, new Dictionary<string, string> { ["PATH"] = path });

    private string Program(string path)
    {
        string program = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.WriteAllText(program, "#!/bin/sh\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return program;
    }
}
