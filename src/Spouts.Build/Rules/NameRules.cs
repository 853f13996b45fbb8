using System.Text.RegularExpressions;
using Spouts.Build.Manifests;

namespace Spouts.Build.Rules;

/// <summary>The names of a pipeline, its branch and its project, which become names of Kubernetes objects.</summary>
internal static class NameRules
{
    private const int LongestInPachyderm = 51;
    private const int LongestInKubernetes = 63;
    private const string DefaultProject = "default";

    private static readonly Regex Legal = new(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.CultureInvariant);
    private static readonly Regex LegalBranch = new(@"^[a-zA-Z0-9_-]+\z", RegexOptions.CultureInvariant);

    /// <summary>What Pachyderm takes for the id of a commit.</summary>
    private static readonly Regex Uuid4 = new("^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    public static void Check(ManifestSpout spout, string project, string projectFile)
    {
        if (!Legal.IsMatch(spout.Name) || spout.Name.Length > LongestInPachyderm)
        {
            throw new BuildError(
                ErrorCodes.IllegalName, projectFile,
                $"No spout can be named '{spout.Name}': use lower-case letters, digits and inner dashes, at most {LongestInPachyderm} characters.");
        }

        if (!LegalBranch.IsMatch(spout.OutputBranch) || Uuid4.IsMatch(spout.OutputBranch.Replace("-", "")))
        {
            throw new BuildError(
                ErrorCodes.IllegalName, projectFile,
                $"The spout '{spout.Name}' cannot write to a branch named '{spout.OutputBranch}': use letters, digits, _ and -, and no UUID.");
        }

        if (project.Length > 0 && (!Legal.IsMatch(project) || project.Length > LongestInPachyderm))
        {
            throw new BuildError(
                ErrorCodes.IllegalProject, projectFile,
                $"Spouts cannot run in a project named '{project}': use lower-case letters, digits and inner dashes, at most {LongestInPachyderm} "
                + "characters, in SpoutsProject or [Spout(Project = ...)]; Pachyderm allows more, but Kubernetes then refuses the worker.");
        }

        string name = $"{(project.Length > 0 ? project : DefaultProject)}-{spout.Name}-v99";
        if (name.Length > LongestInKubernetes)
        {
            throw new BuildError(
                ErrorCodes.NameTooLong, projectFile,
                $"Kubernetes would know the spout '{spout.Name}' as '{name}', which is {name.Length - LongestInKubernetes} characters too long: "
                + "shorten the spout's name or its project's.");
        }
    }
}
