using System.Text.RegularExpressions;

namespace Spouts.Generators.Grammar;

/// <summary>What may be called what.</summary>
internal static class Names
{
    private const int LongestSpout = 51;
    private const int LongestLabel = 63;
    private const string DefaultProject = "default";

    private static readonly Regex Spout = new(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.CultureInvariant);
    private static readonly Regex Branch = new(@"^[a-zA-Z0-9_-]+\z", RegexOptions.CultureInvariant);
    private static readonly Regex CommitId = new(@"^[0-9a-f]{12}4[0-9a-f]{19}\z", RegexOptions.CultureInvariant);
    private static readonly Regex Source = new(@"^[a-zA-Z0-9_-]{1,64}\z", RegexOptions.CultureInvariant);

    /// <summary>
    /// Narrower than Pachyderm's own rule: upper case and underscores pass its checks, but Kubernetes then refuses the
    /// worker's secret.
    /// </summary>
    public static bool IsLegalSpout(string name) => name.Length <= LongestSpout && Spout.IsMatch(name);

    /// <summary>The rule of a spout, for the same reasons: the project's name is part of what Kubernetes is asked for.</summary>
    public static bool IsLegalProject(string name) => IsLegalSpout(name);

    /// <summary>What Kubernetes calls the worker, were it the 99th version of the pipeline; Pachyderm asks that it be no longer than a label.</summary>
    public static string Worker(string? project, string spout) => $"{project ?? DefaultProject}-{spout}-v99";

    public static bool IsTooLongForWorker(string worker) => worker.Length > LongestLabel;

    /// <summary>Pachyderm's rule: a branch must be told from a commit id.</summary>
    public static bool IsLegalBranch(string name) => Branch.IsMatch(name) && !CommitId.IsMatch(name);

    /// <summary>A key of the ledger, which people also type on command lines.</summary>
    public static bool IsLegalSource(string name) => Source.IsMatch(name);
}
