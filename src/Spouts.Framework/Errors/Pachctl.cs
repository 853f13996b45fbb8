namespace Spouts;

/// <summary>
/// Commands of pachctl as messages print them, to be copied and run. pachctl takes the project of a pipeline or repo as an option of its own
/// and never as a part of the name.
/// </summary>
internal static class Pachctl
{
    /// <summary>Creates a pipeline from the spec that the build wrote.</summary>
    public static string CreatePipeline(string spout) => $"pachctl create pipeline -f spouts/{spout}/pipeline.json";

    /// <summary>Gives a pipeline a new version, and with it a new token.</summary>
    public static string UpdatePipeline(string spout) => $"pachctl update pipeline -f spouts/{spout}/pipeline.json";

    /// <summary>Starts a pipeline that was stopped.</summary>
    public static string StartPipeline(string project, string pipeline) => $"pachctl start pipeline {pipeline} --project {project}";

    /// <summary>Stops a pipeline and starts it, which makes its output branch anew.</summary>
    public static string RestartPipeline(string project, string pipeline) =>
        $"pachctl stop pipeline {pipeline} --project {project} && {StartPipeline(project, pipeline)}";

    /// <summary>Shows the state of a pipeline.</summary>
    public static string InspectPipeline(string project, string pipeline) => $"pachctl inspect pipeline {pipeline} --project {project}";

    /// <summary>Lists the pipelines of a project.</summary>
    public static string ListPipelines(string project) => $"pachctl list pipeline --project {project}";

    /// <summary>Lists the commits of a repo.</summary>
    public static string ListCommits(string project, string repo) => $"pachctl list commit {repo} --project {project}";

    /// <summary>Lists the branches of a repo.</summary>
    public static string ListBranches(string project, string repo) => $"pachctl list branch {repo} --project {project}";

    /// <summary>Drops a commit with its data; Pachyderm refuses it where the commit has children.</summary>
    public static string DropCommit(string project, string repo, string commit) => $"pachctl delete commitV2 {repo}@{commit} --project {project}";

    /// <summary>Drops commits, in this order.</summary>
    public static string DropCommits(string project, string repo, IEnumerable<string> commits) =>
        string.Join(" && ", commits.Select(commit => DropCommit(project, repo, commit)));

    /// <summary>Squashes a commit into its children: its description goes, its data stays.</summary>
    public static string SquashCommit(string project, string repo, string commit) => $"pachctl squash commitV2 {repo}@{commit} --project {project}";

    /// <summary>Prints what a worker logged.</summary>
    public static string Logs(string project, string pipeline) => $"pachctl logs --pipeline {pipeline} --project {project} --master";

    /// <summary>Gives somebody a role on a repo.</summary>
    public static string GrantRole(string project, string repo, string role, string subject) =>
        $"pachctl auth set repo {repo} {role} {subject} --project {project}";
}
