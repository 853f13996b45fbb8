using System.Text.RegularExpressions;
using Spouts.Build.Manifests;

namespace Spouts.Build.Rules;

/// <summary>The secrets of a worker. Pachyderm gives each that is mounted a volume of its own name.</summary>
internal static class SecretRules
{
    private const int LongestName = 253;
    private const int LongestVolume = 63;

    private static readonly Regex Name = new(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant);
    private static readonly Regex Key = new(@"^[a-zA-Z0-9._-]{1,253}\z", RegexOptions.CultureInvariant);
    private static readonly Regex Variable = new(@"^[a-zA-Z._-][a-zA-Z0-9._-]*\z", RegexOptions.CultureInvariant);

    /// <summary>Where Pachyderm itself mounts something in a worker.</summary>
    private static readonly string[] Taken = ["/pach", "/pach-bin", "/pachctl", "/pachyderm-storage-secret", "/pfs", "/tmp"];

    public static void Check(ManifestSpout spout, string projectFile)
    {
        HashSet<string> volumes = new(StringComparer.Ordinal);
        HashSet<string> folders = new(Taken, StringComparer.Ordinal);
        foreach (ManifestSecret secret in spout.Secrets)
        {
            if ((Mistake(secret) ?? MistakeOfMount(secret, volumes, folders)) is { } mistake)
                throw new BuildError(ErrorCodes.IllegalSecret, projectFile, $"The spout '{spout.Name}' cannot have the secret '{secret.Name}': {mistake}");
        }
    }

    private static string? Mistake(ManifestSecret secret)
    {
        if (!Name.IsMatch(secret.Name) || secret.Name.Length > LongestName)
            return "names of secrets have lower-case letters, digits, inner dashes and dots.";
        if (secret.Environment is null)
            return secret.MountPath is null ? "set Environment and Key, or MountPath." : null;
        if (!Variable.IsMatch(secret.Environment))
            return $"'{secret.Environment}' cannot be the name of an environment variable.";
        return secret.Key is null ? $"set the Key whose value '{secret.Environment}' is to have."
            : Key.IsMatch(secret.Key) ? null
            : $"its keys have letters, digits, '.', '_' and '-', unlike '{secret.Key}'.";
    }

    private static string? MistakeOfMount(ManifestSecret secret, HashSet<string> volumes, HashSet<string> folders)
    {
        if (secret.MountPath is not { } path)
            return null;
        if (path.Length < 2 || path[0] != '/' || path.Contains(':'))
            return $"it can be mounted in an absolute folder without a colon only, unlike '{path}'.";
        if (secret.Name.Contains('.') || secret.Name.Length > LongestVolume)
            return $"to be mounted its name must have no dot and at most {LongestVolume} characters, since Kubernetes' volume gets it too.";
        if (!volumes.Add(secret.Name))
            return "it is mounted twice, and Kubernetes takes only one volume of a name: mount it once.";
        return folders.Add(path.TrimEnd('/')) ? null : $"something else is mounted in '{path}' already.";
    }
}
