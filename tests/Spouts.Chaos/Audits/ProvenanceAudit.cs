using Spouts.Chaos.Processes;
using Spouts.Chaos.Sources;
using Spouts.Testing;

namespace Spouts.Chaos.Audits;

/// <summary>Compares the provenance of each commit with the version of the process that has written it, also where that was cut short.</summary>
internal static class ProvenanceAudit
{
    /// <param name="scene">The processes, and what they did.</param>
    /// <param name="commits">All commits that there are.</param>
    /// <param name="carriers">Those of them that carry a batch.</param>
    /// <param name="findings">What is wrong.</param>
    /// <returns>How many commits were compared.</returns>
    public static int Run(Scene scene, IReadOnlyList<SpoutCommit> commits, IEnumerable<string> carriers, ChaosFindings findings)
    {
        Dictionary<string, SpoutCommit> known = commits.ToDictionary(commit => commit.Id, StringComparer.Ordinal);
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach (SpoutProcess process in scene.Processes)
        {
            foreach (SpoutCommit commit in process.Door.Attached.Distinct().Where(known.ContainsKey).Select(id => known[id]))
            {
                written.Add(commit.Id);
                if (commit.SpecCommitId != process.SpecCommit)
                    findings.Provenance.Add($"{commit.Id} has {commit.SpecCommitId}, and was written by a process of {process.SpecCommit}");
            }

            findings.Lost.AddRange(process.Commits
                .Where(id => !known.ContainsKey(id) && !scene.Removals.Contains(id))
                .Select(id => $"commit {id}, which process {process.Id} said was durable"));
        }

        findings.Provenance.AddRange(carriers.Where(id => !written.Contains(id)).Select(id => $"{id} was written by no process"));
        return written.Count;
    }
}
