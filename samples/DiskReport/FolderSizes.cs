using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Spouts;

namespace DiskReport;

/// <summary>
/// Each morning, how large the folders below a folder are. The file is named after the day that was due, so a report that was
/// missed and is made good at noon stands where it belongs.
/// </summary>
[Spout("disk-report", Description = "How large the folders are, each morning.")]
public sealed class FolderSizes(IConfiguration configuration)
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private readonly DirectoryInfo _root = new(configuration["DiskReport:Folder"] ?? Path.GetTempPath());

    [Schedule("0 6 * * *", TimeZone = "Europe/Berlin", Within = "12h", RunOnStart = true)]
    public IEnumerable<SpoutFile> Measure(DateTimeOffset due, CancellationToken cancellation)
    {
        StringBuilder report = new("folder,files,bytes\n");
        foreach (DirectoryInfo folder in _root.EnumerateDirectories().OrderBy(static folder => folder.Name, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            (long files, long bytes) = Sum(folder);
            report.Append(CultureInfo.InvariantCulture, $"\"{folder.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{files},{bytes}\n");
        }

        yield return SpoutFile.Text(string.Create(CultureInfo.InvariantCulture, $"/{due:yyyy}/{due:yyyy-MM-dd}.csv"), report.ToString());
    }

    private static (long Files, long Bytes) Sum(DirectoryInfo folder) => folder
        .EnumerateFiles("*", Everything)
        .Aggregate((Files: 0L, Bytes: 0L), static (sum, file) => (sum.Files + 1, sum.Bytes + file.Length));
}
