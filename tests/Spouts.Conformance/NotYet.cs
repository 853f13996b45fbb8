namespace Spouts.Conformance;

/// <summary>The scenarios that do not pass yet, each with its reason: <c>name: reason</c>, one a line.</summary>
internal static class NotYet
{
    private static readonly Lazy<Dictionary<string, string>> s_reasons = new(() => File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "not-yet.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .ToDictionary(line => line[..line.IndexOf(':', StringComparison.Ordinal)], line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()));

    public static string? Reason(string scenario) => s_reasons.Value.GetValueOrDefault(scenario);

    /// <summary>Whether it passes depends on who is faster.</summary>
    public static bool IsRace(string reason) => reason.StartsWith("race: ", StringComparison.Ordinal);

    public static IEnumerable<string> Names => s_reasons.Value.Keys;
}
