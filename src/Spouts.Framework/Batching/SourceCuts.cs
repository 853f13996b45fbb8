namespace Spouts.Batching;

/// <summary>
/// What one run of a source tells the next about cutting: how small batches have to be so that something of a run that fails is kept, and
/// what was said already.
/// </summary>
internal sealed class SourceCuts
{
    private readonly HashSet<string> _said = [];

    // A batch is confirmed while the next one is staged.
    private int _most = int.MaxValue;

    /// <summary>After how many files a batch is cut at the next place; more than any limit unless a run has lost what it had brought.</summary>
    public int Most => Volatile.Read(ref _most);

    /// <summary>A run failed, and files that it had brought were thrown away: the next one is cut at every place at first.</summary>
    public void Lost() => Volatile.Write(ref _most, 1);

    /// <summary>A batch is durable: the next may be twice as large.</summary>
    public void Kept()
    {
        int most = Most;
        Interlocked.CompareExchange(ref _most, (int)Math.Min(2L * most, int.MaxValue), most);
    }

    /// <summary>Whether something is said for the first time.</summary>
    public bool IsNew(string what) => _said.Add(what);
}
