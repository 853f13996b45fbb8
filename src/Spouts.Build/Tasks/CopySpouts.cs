using System.Security.Cryptography;
using System.Text;
using Microsoft.Build.Framework;
using Spouts.Build.Rendering;

namespace Spouts.Build.Tasks;

/// <summary>
/// Copies the rendered artefacts to where the program is built or published. Where the image has no tag of its own, those of a published
/// program name it by what is published: two different programs never share a tag.
/// </summary>
public sealed class CopySpouts : SpoutsTask
{
    private const string Artifacts = "spouts/";
    private const int DigestBytes = 6;

    // Of a program, whatever kind.
    private static readonly string[] Extensions = ["", ".exe", ".dll"];

    /// <summary>The rendered files, with their path below <see cref="Directory"/> as <c>TargetPath</c>.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The output or publish folder.</summary>
    [Required]
    public string Directory { get; set; } = "";

    /// <summary>The name of the image as it was rendered.</summary>
    public string Image { get; set; } = "";

    /// <summary>The folders whose content makes the tag: those that the program is published to. None to leave the tag as it was rendered.</summary>
    public string[] Published { get; set; } = [];

    /// <summary>The tag to use instead, made of what other folders hold.</summary>
    public string Tag { get; set; } = "";

    /// <summary>The copies.</summary>
    [Output]
    public string[] Copies { get; private set; } = [];

    /// <summary>The tag in the copies.</summary>
    [Output]
    public string ImageTag { get; private set; } = "";

    private protected override void Run()
    {
        if (Files.Length == 0)
            return;
        RefuseAnother();
        string image = Tag.Length > 0 ? ImageName.WithTag(Image, Tag) : Published.Length > 0 ? ImageName.WithSuffix(Image, Digest()) : Image;
        ImageTag = ImageName.Split(image).Tag;
        foreach (ITaskItem file in Files)
        {
            // The name is in the command of the Dockerfile's comment and in the spec; what is legal in it is escaped nowhere.
            string text = File.ReadAllText(file.ItemSpec).Replace($"--tag {Image} ", $"--tag {image} ").Replace($"\"image\": \"{Image}\"", $"\"image\": \"{image}\"");
            TextFile.WriteIfChanged(Target(file), text);
        }

        Copies = [.. Files.Select(Target)];
    }

    private string Target(ITaskItem file) => Path.Combine(Directory, file.GetMetadata("TargetPath"));

    /// <summary>Two programs in one folder would have one Dockerfile.</summary>
    private void RefuseAnother()
    {
        ITaskItem mine = Files.First(static file => file.GetMetadata("TargetPath") == Artifacts + "Dockerfile");
        string? other = File.Exists(Target(mine)) ? Dockerfile.ProgramOf(File.ReadAllText(Target(mine))) : null;
        if (other is null || other == Dockerfile.ProgramOf(File.ReadAllText(mine.ItemSpec)) || !Extensions.Any(extension => File.Exists(Path.Combine(Directory, other + extension))))
            return;
        throw new BuildError(
            ErrorCodes.SharedFolder, ProjectFile,
            $"'{Path.GetFullPath(Directory)}' holds the program {other} already, and both would write its Dockerfile: give each program a folder of its own "
            + $"(OutDir or BaseOutputPath, or -o where it is published). If {other} is none any more, empty the folder.");
    }

    /// <summary>Of the names and the bytes of all that is published but the artefacts, in ordinal order of the names.</summary>
    private string Digest()
    {
        using SHA256 hash = SHA256.Create();
        foreach (string folder in Published)
        {
            string root = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
            IEnumerable<(string Name, string Path)> files = System.IO.Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(path => (Name: path.Substring(root.Length).Replace('\\', '/'), Path: path))
                .Where(static file => !file.Name.StartsWith(Artifacts, StringComparison.Ordinal))
                .OrderBy(static file => file.Name, StringComparer.Ordinal);
            foreach ((string name, string path) in files)
            {
                using FileStream content = File.OpenRead(path);
                Add(hash, Encoding.UTF8.GetBytes($"{name}\0{content.Length}\0"));
                byte[] buffer = new byte[81920];
                for (int read; (read = content.Read(buffer, 0, buffer.Length)) > 0;)
                    hash.TransformBlock(buffer, 0, read, null, 0);
            }
        }

        hash.TransformFinalBlock([], 0, 0);
        return string.Concat(hash.Hash.Take(DigestBytes).Select(static part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static void Add(SHA256 hash, byte[] bytes) => hash.TransformBlock(bytes, 0, bytes.Length, null, 0);
}
