using System.Text.RegularExpressions;

namespace Spouts.Build.Rendering;

/// <summary>The rules of Kubernetes for a pipeline's name, which only the build can check: they are about the project too.</summary>
internal static class PipelineName
{
    private const int Longest = 63;
    private const string DefaultProject = "default";

    private static readonly Regex LegalProject = new(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.CultureInvariant);

    /// <summary>Ends the build if the worker of this spout could not be created.</summary>
    /// <param name="spout">The spout's name.</param>
    /// <param name="project">The Pachyderm project; empty for the default.</param>
    /// <param name="projectFile">Where the project is set.</param>
    public static void Check(string spout, string project, string projectFile)
    {
        if (project.Length > 0 && !LegalProject.IsMatch(project))
        {
            throw new BuildError(
                ErrorCodes.IllegalProject, projectFile,
                $"Spouts cannot run in a project named '{project}': use lower-case letters, digits and inner dashes in SpoutsProject; "
                + "Pachyderm allows more, but Kubernetes then refuses the worker.");
        }

        string name = $"{(project.Length > 0 ? project : DefaultProject)}-{spout}-v99";
        if (name.Length > Longest)
        {
            throw new BuildError(
                ErrorCodes.NameTooLong, projectFile,
                $"Kubernetes would know the spout '{spout}' as '{name}', which is {name.Length - Longest} characters too long: "
                + "shorten the spout's name or SpoutsProject.");
        }
    }
}
