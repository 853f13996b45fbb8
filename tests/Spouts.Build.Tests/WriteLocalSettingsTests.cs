using System.Text.Json;
using Spouts.Build.Tasks;

namespace Spouts.Build.Tests;

public sealed class WriteLocalSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_says_where_the_local_pachd_and_the_project_are()
    {
        WriteLocalSettings task = new()
        {
            BuildEngine = new RecordingEngine(),
            File = _folder.File("bin/spouts.local.json"),
            LocalPachd = _folder.File("tools/../Spouts \"Local\".dll"),
            ProjectFile = _folder.File("Demo.csproj"),
        };

        Assert.True(task.Execute());

        using JsonDocument settings = JsonDocument.Parse(File.ReadAllText(task.File));
        Assert.Equal(1, settings.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(_folder.File("Spouts \"Local\".dll"), settings.RootElement.GetProperty("pachd").GetString());
        Assert.Equal(_folder.Path, settings.RootElement.GetProperty("project").GetString());
    }
}
