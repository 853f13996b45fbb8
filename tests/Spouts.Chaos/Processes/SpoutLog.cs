namespace Spouts.Chaos.Processes;

/// <summary>The last lines that the processes of a spout wrote, and what struck them, for whoever has to find out what went wrong.</summary>
internal sealed class SpoutLog
{
    private const int Most = 20_000;
    private const int Last = 300;

    private readonly Queue<string> _lines = new();

    public void Add(string line)
    {
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Most)
                _lines.Dequeue();
        }
    }

    /// <summary>All that is kept.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public override string ToString() => string.Join('\n', Lines.TakeLast(Last));
}
