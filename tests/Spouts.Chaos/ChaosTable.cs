using System.Globalization;
using System.Text;
using Spouts.Chaos.Sources;

namespace Spouts.Chaos;

/// <summary>What came of several runs, as a table for people.</summary>
internal static class ChaosTable
{
    public static string Of(IReadOnlyList<ChaosReport> reports)
    {
        ChaosForm[] forms = [.. reports.Select(report => report.Plan.Form).Distinct()];
        StringBuilder text = new();
        text.Append("| fault |").AppendJoin("", forms.Select(form => $" {form} |")).AppendLine(" all |");
        text.Append("|---|").AppendJoin("", forms.Select(_ => "---:|")).AppendLine("---:|");
        foreach (string fault in reports.SelectMany(report => report.Struck.Keys).Distinct().Order(StringComparer.Ordinal))
            Row(text, fault, report => report.Struck.GetValueOrDefault(fault));
        Row(text, "**all faults**", report => report.Struck.Values.Sum());
        Row(text, "commits", report => report.Commits);
        Row(text, "cut short", report => report.Interrupted);
        Row(text, "items", report => report.Items);
        Row(text, "provenances compared", report => report.Compared);
        foreach (string name in new ChaosFindings().All.Select(kind => kind.Name))
            Row(text, name, report => report.Findings.All.Single(kind => kind.Name == name).Found.Count);
        return text.ToString();

        void Row(StringBuilder table, string name, Func<ChaosReport, int> number)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {name} |");
            foreach (ChaosForm form in forms)
                table.Append(CultureInfo.InvariantCulture, $" {reports.Where(report => report.Plan.Form == form).Sum(number)} |");
            table.AppendLine(CultureInfo.InvariantCulture, $" {reports.Sum(number)} |");
        }
    }
}
