using Spouts.Ledgers;

namespace Spouts.Operating;

/// <summary>Tells people at a terminal how far a long upload is, on one line that it writes over.</summary>
internal sealed class PutProgress(TextWriter? terminal, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly long _began = time.GetTimestamp();
    private TimeSpan _told;
    private long _bytes;
    private bool _isBegun;

    public void OnRead(long bytes)
    {
        _bytes += bytes;
        TimeSpan elapsed = time.GetElapsedTime(_began);
        if (terminal is null || elapsed - _told < Period)
            return;
        _told = elapsed;
        _isBegun = true;
        terminal.Write($"\r{ByteSize.Format(_bytes)} read, {ByteSize.Format((long)(_bytes / elapsed.TotalSeconds))}/s   ");
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        if (_isBegun)
            terminal!.WriteLine();
    }
}
