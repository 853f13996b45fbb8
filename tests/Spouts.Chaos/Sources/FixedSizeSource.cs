using System.Globalization;
using System.Text;
using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos.Sources;

/// <summary>
/// Items that toggle a file, replace one of fixed size, and make and delete one, each in a commit of its own: no size, and often no content,
/// tells a commit from the one below its parent.
/// </summary>
internal sealed class FixedSizeSource() : NumberedSource("fixed-sizes")
{
    public override async Task<string?> CompareAsync(SourceEntry entry, SpoutRepo repo, string commit, CancellationToken cancellation)
    {
        int next = Next(entry);
        string found = Describe(await repo.ReadFilesAsync(commit, cancellation));
        string expected = Describe(After(next));
        return found == expected ? null : $"the ledger of {commit} says {next} items, which make {expected}; there is {found}";
    }

    public override void Compare(IReadOnlyDictionary<string, byte[]> files, ChaosFindings findings)
    {
        if (Describe(files) is var found && Describe(After(Items)) is var expected && found != expected)
            findings.Lost.Add($"{Items} items make {expected}; there is {found}");
    }

    // What all items before one make of an empty repo.
    private static SortedDictionary<string, byte[]> After(int next)
    {
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        for (int item = Math.Max(0, next - 12); item < next; item++)
        {
            bool isEven = item % 2 == 0;
            switch (item % 3)
            {
                case 0: files["/toggle"] = Encoding.ASCII.GetBytes(isEven ? "on " : "off"); break;
                case 1: files["/number"] = Encoding.ASCII.GetBytes(item.ToString("0000000", CultureInfo.InvariantCulture)); break;
                case 2 when isEven: files["/flag"] = [(byte)'1']; break;
                default: files.Remove("/flag"); break;
            }
        }

        return files;
    }

    private static string Describe(IReadOnlyDictionary<string, byte[]> files) => string.Join(
        ' ', files.Where(static file => !file.Key.StartsWith(ForeignFolder, StringComparison.Ordinal)).Select(static file => $"{file.Key}='{Encoding.ASCII.GetString(file.Value)}'"));
}
