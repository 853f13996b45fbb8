using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Jq;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Lists pipelines, newest first.</summary>
internal static class PipelineList
{
    public static List<PipelineInfo> Of(Tx tx, Caller caller, ListPipelineRequest request)
    {
        JqFilter? filter = JqFilter.Of(request.JqFilter);
        HashSet<string> projects = [.. request.Projects.Select(project => project.Name)];
        List<PipelineRow> rows = [.. tx.Pipelines()
            .Where(row => request.Pipeline is null || (row.Project == request.Pipeline.Project.Name && row.Name == request.Pipeline.Name))];
        if (request.Pipeline is { } named && rows.Count == 0)
        {
            throw new PachException(
                ErrorKind.NotFound, $"could not list pipeline info: pipeline \"{named.Project.Name}/{named.Name}\" not found");
        }

        // "history" counts older versions; -1 asks for all of them.
        long history = request.History < 0 ? long.MaxValue : request.History;
        IEnumerable<PipelineInfo> infos =
            (from row in rows
             where projects.Count == 0 || projects.Contains(row.Project)
             where Access.Lists(tx, caller, new RepoRef(row.Project, row.Name, RepoRef.User))
             from version in Versions(row, history)
             select PipelineStore.AsItStands(row, PipelineStore.Version(tx, row, version)!))
            .OrderByDescending(info => info.Details.UpdatedAt)
            .Where(info => filter is null || PachException.Within("could not list pipeline info: error filtering pipeline", () => filter.Passes(info)));
        // A commit set that made no version of a pipeline's spec does not show the pipeline.
        if (request.CommitSet is { Id.Length: > 0 } set)
            infos = infos.Where(info => info.SpecCommit.Id == set.Id);
        if (request.Page is { PageSize: > 0 } page)
            infos = infos.Skip((int)(page.PageSize * page.PageIndex)).Take((int)page.PageSize);
        List<PipelineInfo> listed = [.. infos];
        foreach (PipelineInfo info in listed)
            info.LastJobState = Jobs.Latest(tx, info.Pipeline, request.CommitSet is null ? long.MaxValue : (long)info.Version);
        return listed;
    }

    /// <summary>What CheckStatus complains about: workers that have been up for longer than the spec expects, which is 0 unless it says more.</summary>
    public static string? Alert(PipelineInfo info, long now)
    {
        if (info.Details.WorkersStartedAt is not { } started)
            return null;
        long since = Times.Ticks(started);
        long exceeded = now - since - (info.Details.MaximumExpectedUptime?.ToTimeSpan().Ticks ?? 0);
        return exceeded > 0
            ? $"{info.Pipeline.Project.Name}/{info.Pipeline.Name}: Started running at {GoText.Time(since)}, exceeded maximum uptime by {GoText.Duration(exceeded)}"
            : null;
    }

    private static IEnumerable<long> Versions(PipelineRow row, long history)
    {
        for (long version = row.Version; version >= 1 && row.Version - version <= history; version--)
            yield return version;
    }
}
