using Microsoft.Build.Framework;

namespace Spouts.Build.Tasks;

/// <summary>
/// Writes what the build rendered into the source tree, or says of what is there how it differs. Copies of spouts that are gone are
/// removed, or found.
/// </summary>
public sealed class ExportSpouts : SpoutsTask
{
        /// <summary>The rendered files, with their path below an output folder as <c>TargetPath</c>.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The folder in the source tree. Of what is in it, only files with the names of rendered ones are looked at.</summary>
    [Required]
    public string ExportDirectory { get; set; } = "";

    /// <summary>Whether to compare only, and to write nothing.</summary>
    public bool CheckOnly { get; set; }

    private protected override void Run()
    {
        Dictionary<string, string> rendered = Files.ToDictionary(
            file => Path.GetFullPath(Path.Combine(ExportDirectory, file.GetMetadata("TargetPath").Substring("spouts/".Length))),
            static file => File.ReadAllText(file.ItemSpec));
        string[] leftOver = [.. Exported().Where(file => !rendered.ContainsKey(file)).OrderBy(static file => file, StringComparer.Ordinal)];
        if (CheckOnly)
            Check(rendered, leftOver);
        else
            Write(rendered, leftOver);
    }

    /// <summary>The files here that an export may have written.</summary>
    private IEnumerable<string> Exported()
    {
        DirectoryInfo folder = new(ExportDirectory);
        return !folder.Exists ? [] : folder.GetFiles("Dockerfile").Concat(folder.GetFiles("Dockerfile.dockerignore"))
            .Concat(folder.GetDirectories().SelectMany(static spout => spout.GetFiles(RenderSpouts.SpecFile)))
            .Select(static file => file.FullName);
    }

    private static void Write(Dictionary<string, string> rendered, string[] leftOver)
    {
        foreach (string file in leftOver)
        {
            DirectoryInfo spout = Directory.GetParent(file);
            File.Delete(file);
            if (!spout.EnumerateFileSystemInfos().Any())
                spout.Delete();
        }

        foreach (KeyValuePair<string, string> file in rendered)
            TextFile.WriteIfChanged(file.Key, file.Value);
    }

    private void Check(Dictionary<string, string> rendered, string[] leftOver)
    {
        foreach (KeyValuePair<string, string> file in rendered.OrderBy(static file => file.Key, StringComparer.Ordinal))
        {
            if (!File.Exists(file.Key))
                Report(Stale(file.Key, "is missing"));
            else if (Lines(File.ReadAllText(file.Key)) != file.Value)
                Report(Stale(file.Key, "is not what the build writes now"));
        }

        foreach (string file in leftOver)
            Report(Stale(file, "belongs to no spout of this program"));
    }

    /// <summary>A checkout may have changed the ends of lines, which mean nothing to anybody who reads these files.</summary>
    private static string Lines(string text) => text.Replace("\r\n", "\n");

    private static BuildError Stale(string file, string how) =>
        new(ErrorCodes.StaleExport, file, $"This copy {how}: run dotnet build -t:SpoutsExport, and commit what that changes.");
}
