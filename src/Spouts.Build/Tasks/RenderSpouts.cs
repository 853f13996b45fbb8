using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Spouts.Build.Manifests;
using Spouts.Build.Rendering;
using Spouts.Build.Rules;

namespace Spouts.Build.Tasks;

/// <summary>
/// Renders the Dockerfile and the pipeline specs of a program from the manifest in its assembly and what MSBuild knows, and
/// removes the specs of spouts that are gone. An assembly without spouts gets nothing.
/// </summary>
public sealed class RenderSpouts : SpoutsTask
{
    internal const string SpecFile = "pipeline.json";

    /// <summary>The compiled program.</summary>
    [Required]
    public string Assembly { get; set; } = "";

    /// <summary>The folder to write to; it belongs to this task.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <summary><c>$(AssemblyName)</c>.</summary>
    [Required]
    public string AssemblyName { get; set; } = "";

    /// <summary><c>$(Version)</c>, the image's tag unless another is given.</summary>
    [Required]
    public string Version { get; set; } = "";

    /// <summary><c>$(TargetFramework)</c>.</summary>
    [Required]
    public string TargetFramework { get; set; } = "";

    /// <summary><c>$(NETCoreSdkVersion)</c>.</summary>
    [Required]
    public string SdkVersion { get; set; } = "";

    /// <summary>The newest version of the target framework's runtime that this SDK knows; empty where it is not .NET.</summary>
    public string RuntimeVersion { get; set; } = "";

    /// <summary>The repository of .NET's images that runs the program: <c>runtime</c>, <c>aspnet</c> or <c>runtime-deps</c>.</summary>
    [Required]
    public string Runtime { get; set; } = "";

    /// <summary><c>$(SpoutsSdkImage)</c>: the whole image that the program is built in, instead of .NET's.</summary>
    public string SdkImage { get; set; } = "";

    /// <summary><c>$(ContainerBaseImage)</c>: the whole image that runs the program, instead of one of .NET's.</summary>
    public string ContainerBaseImage { get; set; } = "";

    /// <summary><c>$(SpoutsChiseled)</c>: whether that of .NET's is to be one without a shell and a package manager.</summary>
    public bool Chiseled { get; set; }

    /// <summary><c>$(InvariantGlobalization)</c>: whether the program does without cultures.</summary>
    public bool InvariantGlobalization { get; set; }

    /// <summary><c>$(SpoutsImage)</c>: the whole name of the program's image.</summary>
    public string Image { get; set; } = "";

    /// <summary><c>$(ContainerRegistry)</c>.</summary>
    public string ContainerRegistry { get; set; } = "";

    /// <summary><c>$(ContainerRepository)</c>.</summary>
    public string ContainerRepository { get; set; } = "";

    /// <summary><c>$(ContainerImageTag)</c>.</summary>
    public string ContainerImageTag { get; set; } = "";

    /// <summary><c>$(SpoutsProject)</c>: the Pachyderm project of the pipelines that name none themselves; empty to leave it to pachctl.</summary>
    public string Project { get; set; } = "";

    /// <summary><c>$(UseAppHost)</c>; false where the program is started through <c>dotnet</c>, or is compiled ahead of time.</summary>
    public bool UseAppHost { get; set; } = true;

    /// <summary><c>$(PublishAot)</c>.</summary>
    public bool PublishAot { get; set; }

    /// <summary><c>$(SelfContained)</c>.</summary>
    public bool SelfContained { get; set; }

    /// <summary>The projects that this one is built from.</summary>
    public ITaskItem[] ProjectReferences { get; set; } = [];

    /// <summary>Files that a restore reads besides the projects and those that are found, such as <c>Directory.Build.props</c>.</summary>
    public ITaskItem[] RestoreFiles { get; set; } = [];

    /// <summary>Folders that the build writes to, from the project's, which are kept out of the image's context.</summary>
    public string[] WrittenFolders { get; set; } = [];

    /// <summary><c>$(SpoutsDockerContext)</c>: the folder that the image is built from, if it is not to be found out.</summary>
    public string DockerContext { get; set; } = "";

    /// <summary>The files, with their path below an output folder as <c>TargetPath</c>.</summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <summary>The names of spouts that an earlier build knew and this one does not; their folders are to go everywhere.</summary>
    [Output]
    public string[] Removed { get; private set; } = [];

    /// <summary>The registry in the name of the program's image; empty where it names none, as the two after it.</summary>
    [Output]
    public string ImageRegistry { get; private set; } = "";

    /// <summary>The repository in it.</summary>
    [Output]
    public string ImageRepository { get; private set; } = "";

    /// <summary>The tag in it.</summary>
    [Output]
    public string ImageTag { get; private set; } = "";

    /// <summary>The whole name.</summary>
    [Output]
    public string ImageReference { get; private set; } = "";

    /// <summary>The image that the program runs in.</summary>
    [Output]
    public string BaseImage { get; private set; } = "";

    /// <summary>How the program is started.</summary>
    [Output]
    public string[] Command { get; private set; } = [];

    private protected override void Run()
    {
        IReadOnlyList<ManifestSpout> spouts = ManifestReader.Read(Assembly)?.Spouts ?? [];
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        if (spouts.Count > 0)
        {
            string image = ChooseImage();
            ImageReference = image;
            (ImageRegistry, ImageRepository, ImageTag) = ImageName.Split(image);
            BaseImage = ChooseBaseImage(spouts);
            Command = UseAppHost || PublishAot ? [$"/app/{AssemblyName}"] : ["dotnet", $"/app/{AssemblyName}.dll"];
            (files["Dockerfile"], files["Dockerfile.dockerignore"]) = RenderDockerfile(image);
            foreach (ManifestSpout spout in spouts)
            {
                string project = spout.Project ?? Project;
                SpoutRules.Check(spout, project, ProjectFile);
                files.Add($"{spout.Name}/{SpecFile}", PipelineSpec.Render(spout, project, image, Command));
            }
        }

        Removed = RemoveOthers(files.Keys);
        foreach (KeyValuePair<string, string> file in files)
            TextFile.WriteIfChanged(Path.Combine(OutputDirectory, file.Key), file.Value);
        Files = [.. files.Keys.OrderBy(static name => name, StringComparer.Ordinal).Select(Item)];
    }

    private TaskItem Item(string name)
    {
        TaskItem item = new(Path.Combine(OutputDirectory, name));
        item.SetMetadata("TargetPath", $"spouts/{name}");
        return item;
    }

    private string ChooseImage()
    {
        string image = ImageName.Choose(Image, ContainerRegistry, ContainerRepository, ContainerImageTag, AssemblyName, Version);
        return ImageName.IsLegal(image) ? image : throw new BuildError(
            ErrorCodes.IllegalImage, ProjectFile,
            $"'{image}' cannot be the name of a container image: set SpoutsImage to one such as registry.example.com/team/name:1.0, in lower case.");
    }

    private string ChooseBaseImage(IReadOnlyList<ManifestSpout> spouts)
    {
        if (ContainerBaseImage.Length > 0)
            return ContainerBaseImage;
        bool extra = !InvariantGlobalization || DotnetImages.NeedTimeZones(spouts);
        return DotnetImages.Runtime(Runtime, RuntimeVersion, Chiseled, extra) ?? throw new BuildError(
            ErrorCodes.UnknownFramework, ProjectFile,
            $"No {(Chiseled ? "chiseled " : "")}image of .NET is known for the target framework '{TargetFramework}': target net10.0, or set ContainerBaseImage.");
    }

    private (string File, string Ignored) RenderDockerfile(string image)
    {
        string[] projects = [ProjectFile, .. ProjectReferences.Select(static reference => reference.GetMetadata("FullPath"))];
        string[] imported = [.. RestoreFiles.Select(static file => file.GetMetadata("FullPath")), .. projects.SelectMany(RestoreInputs.ImportedBy)];
        string[] ambient = [.. RestoreInputs.AmbientTo(ProjectFile)];
        string[] feeds = [.. RestoreInputs.FeedsOf(ambient)];
        string[] folders = [.. feeds.Where(static feed => !RestoreInputs.IsAddress(feed) && Directory.Exists(feed))];
        Rendering.DockerContext context = Context(projects, [.. imported, .. WithinRoot(ambient.Concat(folders.Select(static folder => Path.Combine(folder, "*"))))]);
        foreach (string outside in ambient.Concat(folders).Where(file => context.Relative(file) is null))
        {
            Log.LogWarning(
                null, ErrorCodes.NotInContext, null, ProjectFile, 0, 0, 0, 0,
                "A restore here reads '{0}', and one in the image does not: it is outside of the folder that the image is built from. Set SpoutsDockerContext to a folder above it, or move it.", outside);
        }

        Dockerfile dockerfile = new()
        {
            Image = image,
            Context = context.SeenFrom(ProjectFile),
            Project = context.Relative(ProjectFile)!,
            RestoreFiles = [.. projects.Concat(imported).Concat(projects.SelectMany(RestoreInputs.LockedBy)).Concat(ambient).Select(context.Relative).OfType<string>()],
            Feeds = [.. folders.Select(context.Relative).OfType<string>()],
            MayNeedCredentials = feeds.Any(RestoreInputs.MayBePrivate),
            SdkImage = SdkImage.Length > 0 ? SdkImage : DotnetImages.Sdk(SdkVersion),
            BaseImage = BaseImage,
            IsAot = PublishAot,
            IsSelfContained = SelfContained,
            Command = Command,
        };
        string[] written = [.. WrittenFolders
            .Where(static folder => folder.Length > 0)
            .Select(folder => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ProjectFile)!, folder)).TrimEnd('/', '\\'))
            .Where(folder => !projects.Any(project => Rendering.DockerContext.At(folder).Relative(project) is not null))
            .Select(context.Relative).OfType<string>()];
        return (dockerfile.Render(), dockerfile.RenderIgnored(written));
    }

    private IEnumerable<string> WithinRoot(IEnumerable<string> files) =>
        RestoreInputs.RootOf(ProjectFile) is { } root ? files.Where(file => Rendering.DockerContext.At(root).Relative(file) is not null) : [];

    private Rendering.DockerContext Context(string[] projects, string[] others)
    {
        Rendering.DockerContext? context = DockerContext.Length > 0
            ? Rendering.DockerContext.At(DockerContext)
            : Rendering.DockerContext.Above([.. projects, .. others]);
        string? outside = projects.FirstOrDefault(project => context?.Relative(project) is null);
        return outside is null ? context! : throw new BuildError(
            ErrorCodes.NoContext, ProjectFile,
            $"'{outside}' is not in the folder that the image is to be built from: set SpoutsDockerContext to one that holds every project.");
    }

    /// <summary>Takes away what an earlier build left for spouts that were renamed or removed.</summary>
    private string[] RemoveOthers(ICollection<string> kept)
    {
        if (!Directory.Exists(OutputDirectory))
            return [];
        foreach (string file in Directory.GetFiles(OutputDirectory).Where(file => !kept.Contains(Path.GetFileName(file))))
            File.Delete(file);

        string[] gone = [.. Directory.GetDirectories(OutputDirectory)
            .Select(Path.GetFileName)
            .Where(spout => !kept.Contains($"{spout}/{SpecFile}"))];
        foreach (string spout in gone)
            Directory.Delete(Path.Combine(OutputDirectory, spout), recursive: true);
        return gone;
    }
}
