using Spouts.Build.Manifests;

namespace Spouts.Build.Rules;

/// <summary>
/// What Pachyderm and Kubernetes ask of a pipeline, as far as a build can know it. Pachyderm checks little of it when a pipeline is
/// created: the rest shows as a worker that never starts. The generator says most of it earlier and of a line of code; here the
/// whole spec is looked at, whoever wrote the manifest.
/// </summary>
internal static class SpoutRules
{
    /// <summary>Ends the build if there could be no worker of this spout.</summary>
    /// <param name="spout">The spout.</param>
    /// <param name="project">Its Pachyderm project; empty for the default.</param>
    /// <param name="projectFile">The file that errors are reported against.</param>
    public static void Check(ManifestSpout spout, string project, string projectFile)
    {
        NameRules.Check(spout, project, projectFile);
        SecretRules.Check(spout, projectFile);
        ResourceRules.Check(spout, projectFile);
        ServiceRules.Check(spout, projectFile);
        MetadataRules.Check(spout, projectFile);
    }
}
