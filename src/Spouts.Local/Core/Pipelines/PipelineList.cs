using Spouts.Local.Core.Auth;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Lists pipelines, newest first.</summary>
internal static class PipelineList
{
    public static List<PipelineInfo> Of(Tx tx, Caller caller, ListPipelineRequest request)
    {
        HashSet<string> projects = [.. request.Projects.Select(project => project.Name)];
        List<PipelineRow> rows = [.. tx.Pipelines()
            .Where(row => request.Pipeline is null || (row.Project == request.Pipeline.Project.Name && row.Name == request.Pipeline.Name))
            .Where(row => projects.Count == 0 || projects.Contains(row.Project))];
        if (request.Pipeline is { } named && rows.Count == 0)
        {
            throw new PachException(
                ErrorKind.NotFound, $"could not list pipeline info: pipeline \"{named.Project.Name}/{named.Name}\" not found");
        }

        // "history" counts older versions; -1 asks for all of them.
        long history = request.History < 0 ? long.MaxValue : request.History;
        IEnumerable<PipelineInfo> infos =
            from row in rows
            where Access.Lists(tx, caller, new RepoRef(row.Project, row.Name, RepoRef.User))
            from version in Versions(row, history)
            select PipelineStore.AsItStands(row, PipelineStore.Version(tx, row, version)!);
        infos = infos.OrderByDescending(info => info.Details.UpdatedAt);
        if (request.Page is { PageSize: > 0 } page)
            infos = infos.Skip((int)(page.PageSize * page.PageIndex)).Take((int)page.PageSize);
        return [.. infos];
    }

    private static IEnumerable<long> Versions(PipelineRow row, long history)
    {
        for (long version = row.Version; version >= 1 && row.Version - version <= history; version--)
            yield return version;
    }
}
