using System.Globalization;
using System.Text.Json;
using Spouts.Ledgers;
using Spouts.Testing;

namespace Spouts.Chaos.Sources;

/// <summary>Items that are numbered from 0 and can be read again from a cursor. How many there are, a file says.</summary>
internal abstract class NumberedSource(string spout) : ChaosSource(spout)
{
    private const string Cursor = "next";

    private readonly Lock _lock = new();
    private bool _isClosed;
    private int _items;

    public override bool IsReplayable => true;

    public override int Items => _items;

    public override void Feed(JsonElement cursors)
    {
        int next = cursors.ValueKind is JsonValueKind.Object ? cursors.GetProperty(Cursor).GetInt32() : 0;
        lock (_lock)
        {
            if (_isClosed || _items >= next + Ahead)
                return;
            _items = next + Ahead;
            // The spout reads it whenever it likes: it is there whole or not at all.
            string draft = Path.Combine(Folder.FullName, "lines.new");
            File.WriteAllText(draft, _items.ToString(CultureInfo.InvariantCulture));
            File.Move(draft, Path.Combine(Folder.FullName, "lines"), overwrite: true);
        }
    }

    public override Task CloseAsync()
    {
        lock (_lock)
            _isClosed = true;
        return Task.CompletedTask;
    }

    public override Task<bool> IsDrainedAsync(SourceEntry entry, SpoutRepo repo, CancellationToken cancellation) =>
        Task.FromResult(Next(entry) == _items);

    /// <summary>How many items the ledger says have been brought in.</summary>
    protected static int Next(SourceEntry entry) =>
        entry.Cursor(Cursor) is { ValueKind: JsonValueKind.Number } next ? next.GetInt32() : 0;
}
