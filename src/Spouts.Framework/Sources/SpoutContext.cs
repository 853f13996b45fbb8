namespace Spouts;

/// <summary>What a run of a source may know of its spout. Take it as a parameter of a source method.</summary>
public sealed class SpoutContext
{
    internal SpoutContext(string spout, IStoredFiles files)
    {
        Spout = spout;
        Files = files;
    }

    /// <summary>The spout's name: that of its pipeline and of its output repo.</summary>
    public string Spout { get; }

    /// <summary>The files of the spout's own repo, read-only: what a source compares with instead of keeping a list.</summary>
    public IStoredFiles Files { get; }

    internal bool IsDone { get; private set; }

    /// <summary>
    /// Says that the source has nothing more to bring, ever: it is not run again once this run has ended well and what it yielded
    /// is durable. The ledger keeps it, for every later process too. When all sources of the program are done, it ends with exit
    /// code 0, and Pachyderm never starts it again.
    /// </summary>
    public void Done() => IsDone = true;
}
