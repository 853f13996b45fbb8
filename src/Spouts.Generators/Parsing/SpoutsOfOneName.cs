using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models;

namespace Spouts.Generators.Parsing;

/// <summary>Finds spouts that ask for the same pipeline, which no class by itself can see.</summary>
internal static class SpoutsOfOneName
{
    /// <summary>One mistake for each spout that shares its name; names that are illegal are reported as that.</summary>
    public static IEnumerable<DiagnosticInfo> Find(IEnumerable<ParsedSpout> spouts) =>
        from spout in spouts
        where spout.Name is { } name && Names.IsLegalSpout(name)
        group spout by spout.Name into sameName
        from spout in sameName
        let other = sameName
            .Where(other => other.Class != spout.Class)
            .OrderBy(static other => other.Class, StringComparer.Ordinal)
            .FirstOrDefault()
        where other is not null
        select DiagnosticInfo.Create(Rules.SpoutsOfOneName, spout.NameLocation, sameName.Key, other.Class.Replace("global::", ""));
}
