using System.Globalization;
using System.Text.Json;
using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos.Sources;

/// <summary>A folder that is a queue: the spout deletes a file to acknowledge it.</summary>
internal sealed class FolderSource(int seed) : ChaosSource("folder-queue")
{
    private const int LargeEvery = 100;
    private const int Large = 300_000;

    private readonly Lock _lock = new();
    private bool _isClosed;
    private readonly Random _random = new(seed);
    private readonly List<byte[]> _items = [];

    public override int Items => _items.Count;

    public override bool StopsToAcknowledge => true;

    public override void Feed(JsonElement cursors)
    {
        lock (_lock)
        {
            for (int waiting = Folder.EnumerateFiles().Count(); waiting < Ahead && !_isClosed; waiting++)
            {
                byte[] content = new byte[_items.Count % LargeEvery == 0 ? Large : _random.Next(4096)];
                _random.NextBytes(content);
                // The spout sees it whole or not at all.
                string draft = Path.Combine(Folder.Parent!.FullName, $"{Folder.Name}.new");
                File.WriteAllBytes(draft, content);
                File.Move(draft, Path.Combine(Folder.FullName, Name(_items.Count)));
                _items.Add(content);
            }
        }
    }

    public override Task CloseAsync()
    {
        lock (_lock)
            _isClosed = true;
        return Task.CompletedTask;
    }

    public override Task<bool> IsDrainedAsync(SourceEntry entry, SpoutRepo repo, CancellationToken cancellation) =>
        Task.FromResult(!Folder.EnumerateFiles().Any());

    public override void Compare(IReadOnlyDictionary<string, byte[]> files, ChaosFindings findings)
    {
        Dictionary<string, byte[]> sent = _items.Index().ToDictionary(item => $"/items/{Name(item.Index)}", item => item.Item, StringComparer.Ordinal);
        findings.Lost.AddRange(sent.Keys.Except(files.Keys));
        findings.Doubled.AddRange(files.Keys.Except(sent.Keys).Where(path => !path.StartsWith(ForeignFolder, StringComparison.Ordinal)).Select(path => $"{path}, which was never sent"));
        findings.Changed.AddRange(sent.Where(item => files.TryGetValue(item.Key, out byte[]? found) && !found.AsSpan().SequenceEqual(item.Value))
            .Select(item => item.Key));
    }

    private static string Name(int item) => item.ToString("D6", CultureInfo.InvariantCulture) + ".bin";
}
