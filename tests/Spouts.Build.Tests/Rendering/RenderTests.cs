using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Spouts.Build.Tasks;

namespace Spouts.Build.Tests.Rendering;

/// <summary>The task without a build: an assembly in, files out.</summary>
public abstract class RenderTests : IDisposable
{
    private readonly RecordingEngine _engine = new();

    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Assert.Empty(_engine.Warnings);
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A task as the targets would call it for a program with that manifest.</summary>
    private protected RenderSpouts Render(string? manifest)
    {
        TestAssembly.Write(Folder.File("Demo.dll"), manifest);
        return new()
        {
            BuildEngine = _engine,
            Assembly = Folder.File("Demo.dll"),
            OutputDirectory = Folder.File("out"),
            ProjectFile = Folder.File("repo/src/Demo/Demo.csproj"),
            AssemblyName = "Demo",
            Version = "1.2.3",
            TargetFramework = "net10.0",
            SdkVersion = "10.0.401",
            RuntimeVersion = "10.0.12",
            Runtime = "runtime",
        };
    }

    private protected string Read(string file) => File.ReadAllText(Folder.File($"out/{file}"));

    private protected TaskItem Item(string path) => new(Folder.File(path));

    private protected void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder.File(path))!);
        File.WriteAllText(Folder.File(path), text);
    }

    /// <summary>Fails unless that is the only warning.</summary>
    private protected void Warns(string code, string message)
    {
        BuildWarningEventArgs warning = Assert.Single(_engine.Warnings);
        Assert.Equal(code, warning.Code);
        Assert.Contains(message, warning.Message, StringComparison.Ordinal);
        _engine.Warnings.Clear();
    }

    /// <summary>Fails unless the task ends with exactly that error, and leaves everything as it was.</summary>
    private protected void Fails(RenderSpouts task, string code, string file, string message)
    {
        string[] before = Folder.Files("out");

        Assert.False(task.Execute());

        BuildErrorEventArgs error = Assert.Single(_engine.Errors);
        Assert.Equal(code, error.Code);
        Assert.Equal(file, error.File);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Folder.Files("out"));
    }
}
