using System.Globalization;
using System.Text;

namespace Spouts.Chaos;

/// <summary>What the spout is to bring in, kept beside it so that the end can be compared with it byte by byte.</summary>
internal sealed class ChaosSource
{
    private const int LargeEvery = 100;

    private readonly Dictionary<string, byte[]> _items = new(StringComparer.Ordinal);
    private readonly ChaosPlan _plan;

    public ChaosSource(ChaosPlan plan, string folder)
    {
        _plan = plan;
        Folder = folder;
        if (plan.Form is not ChaosForm.Files)
            return;
        Random random = new(plan.Seed);
        for (int i = 0; i < plan.Items; i++)
        {
            byte[] content = new byte[i % LargeEvery == 0 ? 300_000 : random.Next(0, 4096)];
            random.NextBytes(content);
            string name = string.Create(CultureInfo.InvariantCulture, $"{i:D6}.bin");
            _items.Add($"/items/{name}", content);
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }
    }

    public string Folder { get; }

    public void Compare(IReadOnlyDictionary<string, byte[]> files, List<string> lost, List<string> doubled, List<string> wrong)
    {
        if (_plan.Form is not ChaosForm.Files)
        {
            CompareLines(files.GetValueOrDefault("/log", []), lost, doubled, wrong);
            return;
        }

        lost.AddRange(_items.Keys.Except(files.Keys).Select(path => $"lost: {path}"));
        doubled.AddRange(files.Keys.Except(_items.Keys).Select(path => $"never sent: {path}"));
        wrong.AddRange(_items.Where(item => files.TryGetValue(item.Key, out byte[]? found) && !found.AsSpan().SequenceEqual(item.Value))
            .Select(item => $"wrong: {item.Key}"));
    }

    private void CompareLines(byte[] log, List<string> lost, List<string> doubled, List<string> wrong)
    {
        string[] lines = Encoding.ASCII.GetString(log).Split('\n')[..^1];
        Dictionary<string, int> seen = lines.CountBy(line => line).ToDictionary(StringComparer.Ordinal);
        IEnumerable<string> sent = Enumerable.Range(0, _plan.Items).Select(i => i.ToString(CultureInfo.InvariantCulture));
        lost.AddRange(sent.Where(line => !seen.ContainsKey(line)).Select(line => $"lost: line {line}"));
        doubled.AddRange(seen.Where(line => line.Value > 1).Select(line => $"doubled: line {line.Key}, {line.Value} times"));
        if (!lines.Distinct().SequenceEqual(sent.Where(seen.ContainsKey)))
            wrong.Add("wrong: the lines are not in the order of the log");
    }
}
