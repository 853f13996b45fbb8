namespace Spouts.Local.Tests.Walking;

/// <summary>What is to be seen through the door, as plain statements: <c>repo r0</c> = <c>its description</c>.</summary>
internal sealed class Facts : SortedDictionary<string, string>
{
    public const string Open = "open ";
    public const string Closed = "closed ";

    public Facts()
        : base(StringComparer.Ordinal)
    {
    }

    private Facts(Facts from)
        : base(from, StringComparer.Ordinal)
    {
    }

    public bool Has(string key) => ContainsKey(key);

    /// <summary>What follows a prefix in the keys that begin with it.</summary>
    public List<string> Under(string prefix)
        => [.. Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..])];

    /// <summary>The commits of a repo, oldest first: open or closed, and the files they show.</summary>
    public List<string> Commits(string repo) => Under($"commit {repo} ").ConvertAll(number => this[$"commit {repo} {number}"]);

    public void SetCommits(string repo, IReadOnlyList<string> commits)
    {
        Forget($"commit {repo} ");
        for (int i = 0; i < commits.Count; i++)
            this[$"commit {repo} {i:0000}"] = commits[i];
    }

    public bool IsOpen(string repo) => Commits(repo) is [.., { } head] && head.StartsWith(Open, StringComparison.Ordinal);

    /// <summary>The states of a pipeline's jobs, newest first.</summary>
    public List<string> Jobs(string pipeline) => TryGetValue($"jobs {pipeline}", out string? jobs) ? [.. jobs.Split(' ', StringSplitOptions.RemoveEmptyEntries)] : [];

    public void SetJobs(string pipeline, IEnumerable<string> states) => this[$"jobs {pipeline}"] = string.Join(' ', states);

    public void Forget(string prefix)
    {
        foreach (string key in Under(prefix))
            Remove(prefix + key);
    }

    public Facts With(Action<Facts> change)
    {
        Facts changed = new(this);
        change(changed);
        return changed;
    }

    /// <summary>Where two differ, one line each; empty when they say the same.</summary>
    public static string Difference(Facts expected, Facts actual)
        => string.Join('\n', expected.Keys.Union(actual.Keys).Where(key => expected.GetValueOrDefault(key) != actual.GetValueOrDefault(key))
            .Select(key => $"  {key}: expected {Say(expected, key)}, is {Say(actual, key)}"));

    /// <summary>Files as a commit's or file set's fact lists them.</summary>
    public static string Files(IEnumerable<KeyValuePair<string, string>> files)
        => string.Join(' ', files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key}={file.Value}"));

    public static Dictionary<string, string> Files(string fact)
        => fact.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word.Contains('=', StringComparison.Ordinal))
            .Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>A commit's fact with more files.</summary>
    public static string Added(string commit, IEnumerable<KeyValuePair<string, string>> files)
    {
        Dictionary<string, string> all = Files(commit);
        foreach ((string path, string content) in files)
            all[path] = content;
        return commit[..(commit.IndexOf(' ', StringComparison.Ordinal) + 1)] + Files(all);
    }

    private static string Say(Facts facts, string key) => facts.TryGetValue(key, out string? value) ? $"'{value}'" : "nothing";
}
