using System.Text.RegularExpressions;
using Spouts.Build.Manifests;

namespace Spouts.Build.Rules;

/// <summary>Labels and annotations of the worker's pod, as Kubernetes has them.</summary>
internal static class MetadataRules
{
    private const int LongestPrefix = 253, LongestName = 63;

    private static readonly Regex Name = new(@"^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?\z", RegexOptions.CultureInvariant);
    private static readonly Regex Prefix = new(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant);

    /// <summary>The labels that Pachyderm sets itself, over whatever a pipeline says.</summary>
    private static readonly string[] Taken = ["app", "component", "pipelineName", "pipelineProject", "pipelineVersion", "suite"];

    public static void Check(ManifestSpout spout, string projectFile)
    {
        foreach (KeyValuePair<string, string> label in spout.Labels)
        {
            if (!IsKey(label.Key) || (label.Value.Length > 0 && !IsName(label.Value)))
            {
                throw new BuildError(
                    ErrorCodes.IllegalMetadata, projectFile,
                    $"The spout '{spout.Name}' cannot have the label '{label.Key}={label.Value}': use letters, digits and inner '-', '_' and '.', "
                    + $"at most {LongestName} characters on each side, and before the key's a domain with a slash if you like.");
            }

            if (Taken.Contains(label.Key))
            {
                throw new BuildError(
                    ErrorCodes.IllegalMetadata, projectFile,
                    $"The spout '{spout.Name}' cannot have the label '{label.Key}': Pachyderm sets it itself.");
            }
        }

        if (spout.Annotations.Keys.FirstOrDefault(static key => !IsKey(key)) is { } illegal)
        {
            throw new BuildError(
                ErrorCodes.IllegalMetadata, projectFile,
                $"The spout '{spout.Name}' cannot have the annotation '{illegal}': keys have letters, digits and inner '-', '_' and '.', "
                + $"at most {LongestName} characters, and before them a domain with a slash if you like.");
        }
    }

    private static bool IsKey(string key)
    {
        int slash = key.IndexOf('/');
        return IsName(key.Substring(slash + 1)) && (slash < 0 || (slash <= LongestPrefix && Prefix.IsMatch(key.Substring(0, slash))));
    }

    private static bool IsName(string text) => text.Length <= LongestName && Name.IsMatch(text);
}
