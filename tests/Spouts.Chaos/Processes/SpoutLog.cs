namespace Spouts.Chaos.Processes;

/// <summary>The last lines that the processes of a spout wrote, for whoever has to find out what went wrong.</summary>
internal sealed class SpoutLog
{
    private const int Most = 300;

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

    public override string ToString()
    {
        lock (_lines)
            return string.Join('\n', _lines);
    }
}
