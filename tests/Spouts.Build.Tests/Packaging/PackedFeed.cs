using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;

namespace Spouts.Build.Tests.Packaging;

/// <summary>
/// A folder with the packages of this repository, packed once for all tests under a version that no cache has seen, and
/// projects that take them from there. They share nothing with this machine but where else it gets packages.
/// </summary>
[CollectionDefinition(nameof(PackedFeed))]
public sealed class PackedFeed : ICollectionFixture<PackedFeed>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PackedFeed()
    {
        // What was built before is packed as it is: only the package's version is the test's.
        foreach (string project in (string[])["Spouts.Framework", "Spouts.Testing", "Spouts.Templates"])
        {
            Dotnet.Run(
                Repo.File("src"),
                $"pack {project}/{project}.csproj --no-build -c {Configuration.Name} -p:PackageVersion={Version} -o {_folder.File("feed")}");
        }

        IEnumerable<string> sources = Dotnet.Run(Repo.File("src"), "nuget list source --format short")
            .Split('\n', StringSplitOptions.TrimEntries)
            .Where(static line => line.StartsWith("E ", StringComparison.Ordinal))
            .Select(static line => line[2..])
            .Prepend(_folder.File("feed"));
        Write(
            "nuget.config",
            new XElement("configuration", new XElement(
                "packageSources",
                new XElement("clear"),
                sources.Select(static (source, index) => new XElement("add", new XAttribute("key", $"source{index}"), new XAttribute("value", source)))))
            .ToString());
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Write("Directory.Packages.props", "<Project />");
        Run(".", $"new install {_folder.File($"feed/Spouts.Templates.{Version}.nupkg")}");
    }

    public string Version { get; } = $"0.0.1-test.{DateTime.UtcNow:yyyyMMddHHmmssfff}";

    public TemporaryFolder Folder => _folder;

    public void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(path))!);
        File.WriteAllText(_folder.File(path), content);
    }

    /// <summary>Runs <c>dotnet</c> in one of the folders here, with caches and a home of its own.</summary>
    /// <returns>What it printed.</returns>
    public string Run(string folder, string arguments, bool succeeds = true, params (string Name, string Value)[] environment) => Dotnet.Run(
        _folder.File(folder), arguments, succeeds, [("NUGET_PACKAGES", _folder.File("packages")), ("DOTNET_CLI_HOME", _folder.File("home")), .. environment]);

    /// <summary>The text of a file in a package.</summary>
    public string Read(string package, string file)
    {
        using ZipArchive archive = ZipFile.OpenRead(_folder.File($"feed/{package}.{Version}.nupkg"));
        using StreamReader reader = new(archive.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>The files in a package, in ordinal order, without those that the format itself asks for.</summary>
    public string[] Contents(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(_folder.File($"feed/{package}.{Version}.nupkg"));
        return [.. archive.Entries
            .Select(static entry => entry.FullName)
            .Where(static file => !file.StartsWith("_rels/", StringComparison.Ordinal)
                && !file.StartsWith("package/", StringComparison.Ordinal)
                && file != "[Content_Types].xml")
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Fails unless one run of its source makes one commit of files in the local pachd of the package.</summary>
    public void AssertCommits(string project, params (string Name, string Value)[] environment)
    {
        // Lines of the log are JSON too.
        JsonElement[] events = [.. Run(project, "run --no-build -- once --json", succeeds: true, environment)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(static line => line.StartsWith('{'))
            .Select(static line => JsonDocument.Parse(line).RootElement)
            .Where(static line => line.TryGetProperty("event", out _))];

        Assert.Equal(["local", "commit"], events.Select(static line => line.GetProperty("event").GetString()));
        Assert.NotEqual(0, events[1].GetProperty("files").GetInt32());
        Assert.True(File.Exists(_folder.File($"{project}/.spouts/pachd.json")));
    }

    /// <summary>Fails unless what is published is the program with its artifacts, and no tool of the package.</summary>
    public void AssertPublishes(string folder, string spout, string command = "publish -o out -warnaserror", string output = "out")
    {
        Run(folder, command);

        string[] published = _folder.Files($"{folder}/{output}");
        Assert.Equal(
            ["spouts/Dockerfile", "spouts/Dockerfile.dockerignore", $"spouts/{spout}/pipeline.json"],
            published.Where(static file => file.StartsWith("spouts", StringComparison.Ordinal)));
        Assert.Contains("Spouts.Framework.dll", published);
        Assert.DoesNotContain(published, static file =>
            file.Contains("Spouts.Local.", StringComparison.Ordinal)
            || file.Contains("Spouts.Build.", StringComparison.Ordinal)
            || file.Contains("Spouts.Generators.", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
