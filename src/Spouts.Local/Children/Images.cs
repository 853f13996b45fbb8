using Spouts.Local.Core;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Children;

/// <summary>
/// What an image would provide, command and working directory, found on this machine: in the directory that stands for the
/// image, if there is one, and else where the machine itself has it.
/// </summary>
/// <param name="directories">By image, with or without its tag.</param>
internal sealed class Images(IReadOnlyDictionary<string, string> directories)
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Says what to start for a spec.</summary>
    /// <exception cref="PachException">It is not there; the message says what is missing and what to do.</exception>
    public WorkerOrder Order(Transform transform, IReadOnlyDictionary<string, string> variables)
    {
        string? root = DirectoryOf(transform.Image);
        string directory = WorkingDirectory(transform, root);
        Dictionary<string, string> environment = new(variables) { ["PWD"] = directory };
        return new WorkerOrder(
            Program(transform, root, directory, environment.GetValueOrDefault("PATH", "")),
            [.. transform.Cmd.Skip(1)],
            directory,
            environment,
            string.Concat(transform.Stdin.Select(line => line + "\n")));
    }

    private string? DirectoryOf(string image)
        => directories.GetValueOrDefault(image) ?? directories.GetValueOrDefault(WithoutTag(image));

    // A colon before the last slash belongs to the registry's port.
    private static string WithoutTag(string image)
    {
        string name = image.Split('@')[0];
        int colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }

    private static string WorkingDirectory(Transform transform, string? root)
    {
        string directory = Path.GetFullPath(Path.Join(root, transform.WorkingDir), Environment.CurrentDirectory);
        return Directory.Exists(directory) ? directory : throw Missing(transform, root, $"there is no working directory {directory}");
    }

    private static string Program(Transform transform, string? root, string directory, string path)
    {
        string[] candidates = [.. Candidates(transform.Cmd[0], root, directory, path)];
        if (Array.Find(candidates, IsProgram) is { } program)
            return program;
        throw Missing(
            transform,
            root,
            Array.Find(candidates, File.Exists) is { } file ? $"{file} is not executable"
                : root is null ? "this machine has no such command"
                : $"neither {root}, which stands for the image, nor this machine has such a command");
    }

    private static IEnumerable<string> Candidates(string command, string? root, string directory, string path)
    {
        if (command.Length == 0)
            yield break;
        if (root is not null)
        {
            yield return command.StartsWith('/') ? Path.Join(root, command) : Path.GetFullPath(command, directory);
            // What a Dockerfile copies to /app lies in the folder that it was published to.
            yield return Path.Join(root, Path.GetFileName(command));
        }

        if (command.Contains('/'))
            yield return Path.GetFullPath(command, directory);
        else
        {
            foreach (string folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
                yield return Path.GetFullPath(Path.Combine(folder, command), directory);
        }
    }

    private static bool IsProgram(string path)
        => File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != 0);

    private static PachException Missing(Transform transform, string? root, string what)
    {
        string cure = root is null ? $"say what stands for the image with --image {transform.Image}=DIR, or attach a program" : "correct the spec, or what is there";
        return new(ErrorKind.FailedPrecondition, $"cannot run \"{transform.Cmd[0]}\" of image \"{transform.Image}\": {what}: {cure}");
    }
}
