using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models;

namespace Spouts.Generators.Parsing;

/// <summary>Finds spouts that ask for the same pipeline, which no class by itself can see.</summary>
internal static class SpoutsOfOneName
{
    /// <summary>One mistake for each spout that shares its name; names that are illegal are reported as that.</summary>
    public static IEnumerable<DiagnosticInfo> Find(IReadOnlyCollection<ParsedSpout> spouts, IReadOnlyCollection<LibrarySpout> referenced) =>
        WithinProgram(spouts).Concat(WithLibraries(spouts, referenced)).Concat(BetweenLibraries(referenced));

    private static IEnumerable<DiagnosticInfo> WithinProgram(IEnumerable<ParsedSpout> spouts) =>
        from spout in spouts
        where spout.Name is { } name && Names.IsLegalSpout(name)
        group spout by spout.Name into sameName
        from spout in sameName
        let other = sameName
            .Where(other => other.Class != spout.Class)
            .OrderBy(static other => other.Class, StringComparer.Ordinal)
            .FirstOrDefault()
        where other is not null
        select Mistake(spout.NameLocation, sameName.Key, Who(spout), Who(other));

    private static IEnumerable<DiagnosticInfo> WithLibraries(IEnumerable<ParsedSpout> spouts, IEnumerable<LibrarySpout> referenced) =>
        from spout in spouts
        join other in referenced on spout.Name equals other.Name
        select Mistake(spout.NameLocation, other.Name, Who(spout), Who(other));

    private static IEnumerable<DiagnosticInfo> BetweenLibraries(IEnumerable<LibrarySpout> referenced) =>
        from spout in referenced
        group spout by spout.Name into sameName
        from other in sameName.Skip(1)
        select Mistake(null, sameName.Key, Who(sameName.First()), Who(other));

    private static string Who(ParsedSpout spout) => $"'{spout.Class.Replace("global::", "")}'";

    private static string Who(LibrarySpout spout) => $"a spout of the library '{spout.Library}'";

    private static DiagnosticInfo Mistake(LocationInfo? place, string name, string one, string other) =>
        DiagnosticInfo.Create(Rules.SpoutsOfOneName, place, name, one, other);
}
