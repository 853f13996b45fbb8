using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Finds pipelines by name, with the texts of the real server, which looks for a pipeline through its spec repo.</summary>
internal static class PipelineLookup
{
    /// <summary>The version at hand, or with an ancestry suffix (<c>name^</c>) an older one.</summary>
    public static PipelineInfo Inspect(Tx tx, Pipeline pipeline)
    {
        (string name, int back) = SplitAncestry(pipeline.Name);
        string project = pipeline.Project.Name;
        PipelineRow row = tx.Pipeline(project, name) ?? throw Missing(tx, project, name);
        if (back < 0)
            throw new PachException("cannot inspect future pipelines");
        if (back == 0)
            return PipelineStore.Current(tx, row);
        PipelineInfo? old = PipelineStore.Version(tx, row, row.Version - back);
        return old is not null
            ? PipelineStore.AsItStands(row, old)
            : throw new PachException($"pipeline \"{row}\" has only {row.Version} versions, not enough to find ancestor {back}");
    }

    public static PipelineRow Get(Tx tx, Pipeline pipeline)
        => tx.Pipeline(pipeline.Project.Name, pipeline.Name) ?? throw Missing(tx, pipeline.Project.Name, pipeline.Name);

    private static PachException Missing(Tx tx, string project, string name)
    {
        try
        {
            Commits.Pick(tx, new CommitHandle(new RepoRef(project, name, RepoRef.Spec), "", "master"));
        }
        catch (PachException e)
        {
            string reason = $"pipeline was not inspected: couldn't find up to date spec for pipeline \"{project}/{name}\": {e.Message}";
            bool noProject = tx.Project(project) is null;
            return new PachException(
                e.Kind, e.Kind == ErrorKind.NotFound && !noProject ? $"{reason.Split('\n')[0]}\nrepo {project}/{name}.spec not found\npipeline \"{project}/{name}\" not found" : reason);
        }

        return new PachException(ErrorKind.NotFound, $"pipeline \"{project}/{name}\" not found");
    }

    private static (string Name, int Back) SplitAncestry(string text)
    {
        int at = text.AsSpan().IndexOfAny("^~.");
        if (at < 0)
            return (text, 0);
        char separator = text[at];
        string rest = text[(at + 1)..];
        if (int.TryParse(rest, out int number))
            return (text[..at], separator == '.' ? -number : number);
        foreach (char c in rest)
        {
            if (c != separator)
                throw new PachException($"invalid ancestry syntax \"{text}\", cannot mix {separator} and {c} characters");
        }

        return (text[..at], separator == '.' ? -text.Length : text.Length - at);
    }
}
