using System.Text;
using System.Text.RegularExpressions;

namespace Spouts.Local.Core;

/// <summary>Pachyderm's rules for names and ids.</summary>
internal static partial class Names
{
    public const string DefaultProject = "default";
    private const int LongestProject = 51;

    /// <summary>A commit id: a version 4 UUID without dashes.</summary>
    public static bool IsCommitId(string text) => CommitId().IsMatch(text);

    public static string NewId() => Guid.NewGuid().ToString("N");

    /// <summary>The rule for repos, branches and projects.</summary>
    public static void Check(string name)
    {
        if (!Legal().IsMatch(name))
            throw new PachException($"name ({name}) invalid: only alphanumeric characters, underscores, and dashes are allowed");
    }

    public static void CheckBranch(string name)
    {
        if (IsCommitId(name))
            throw new PachException("branch name cannot be a UUID V4");
    }

    public static void CheckProject(string name)
    {
        if (name == DefaultProject)
            return;
        int length = Encoding.UTF8.GetByteCount(name);
        if (length > LongestProject)
            throw new PachException($"project name \"{name}\" is {length - LongestProject} characters longer than the {LongestProject} max");
        Check(name);
        if (!char.IsAsciiLetterOrDigit(name[0]))
            throw new PachException("project names must start with an alphanumeric character");
    }

    /// <summary>The types a repo may have; others fail as they do in the database of the real server.</summary>
    public static void CheckRepoType(string type, string where = "scanning repo row")
    {
        if (type is not (RepoRef.User or RepoRef.Spec or RepoRef.Meta or "unknown"))
            throw new PachException($"{where}: {InvalidRepoType(type)}");
    }

    /// <summary>How the database of the real server refuses a type.</summary>
    public static string InvalidRepoType(string type) => $"ERROR: invalid input value for enum pfs.repo_type: \"{type}\" (SQLSTATE 22P02)";

    [GeneratedRegex("^[0-9a-f]{12}4[0-9a-f]{19}\\z")]
    private static partial Regex CommitId();

    [GeneratedRegex("^[a-zA-Z0-9_-]+\\z")]
    private static partial Regex Legal();
}
