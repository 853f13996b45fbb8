using Spouts.Chaos.Processes;
using Spouts.Chaos.Sources;
using Spouts.Testing;

namespace Spouts.Chaos.Audits;

/// <summary>Compares the provenance of each commit with the version of the process that says that it has made it.</summary>
internal static class ProvenanceAudit
{
    /// <returns>How many commits were compared.</returns>
    public static int Run(Scene scene, IReadOnlyList<SpoutCommit> commits, ChaosFindings findings)
    {
        Dictionary<string, SpoutCommit> known = commits.ToDictionary(commit => commit.Id, StringComparer.Ordinal);
        int compared = 0;
        foreach ((SpoutProcess process, string id) in scene.Processes.SelectMany(process => process.Commits.Select(id => (process, id))))
        {
            if (known.TryGetValue(id, out SpoutCommit? commit))
            {
                compared++;
                if (commit.SpecCommitId != process.SpecCommit)
                    findings.Provenance.Add($"{id} has {commit.SpecCommitId}, and was made by a process of {process.SpecCommit}");
            }
            else if (!scene.Removals.Contains(id))
            {
                findings.Lost.Add($"commit {id}, which process {process.Id} said was durable");
            }
        }

        return compared;
    }
}
