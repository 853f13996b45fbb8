using Spouts.Generators.Diagnostics;
using Spouts.Generators.Models;

namespace Spouts.Generators.Parsing;

/// <summary>Finds what is wrong with a project as a whole, wherever its spouts are.</summary>
internal static class HostMistakes
{
    /// <summary>The mistakes of a project that has so many marked classes.</summary>
    public static IEnumerable<DiagnosticInfo> Find(int marked, HostModel host)
    {
        bool hasAny = AppModel.HasAny(marked, host);
        if (host.OldLanguage is { } version)
            return hasAny ? [DiagnosticInfo.Create(Rules.OldLanguage, null, version)] : [];
        IEnumerable<DiagnosticInfo> outOfSight = host.OutOfSight.Select(static spout =>
            DiagnosticInfo.Create(Rules.SpoutOutOfSight, null, spout.Name, spout.Library, spout.NamedBy));
        return hasAny || !host.NeedsMain ? outOfSight : outOfSight.Append(DiagnosticInfo.Create(Rules.NoSpout, null));
    }
}
