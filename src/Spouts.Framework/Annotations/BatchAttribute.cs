namespace Spouts;

/// <summary>
/// Cuts what one run of a source yields into several commits: at whichever of the limits is reached first, always between two
/// files. Each commit carries the cursors as they were when its last file was yielded, so assign them before <c>yield return</c>.
/// </summary>
/// <remarks>
/// A commit costs Pachyderm about a second, whatever its size: prefer few large ones. A <see cref="StreamAttribute"/> source
/// without this attribute is cut after ten seconds, at 10,000 files or at 256 MiB.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BatchAttribute : Attribute
{
    /// <summary>At most this many files a commit; 0 for no limit.</summary>
    public int Files { get; set; }

    /// <summary>The number of bytes that ends a commit: the file that reaches it is the commit's last; 0 for no limit.</summary>
    public long Bytes { get; set; }

    /// <summary>
    /// The longest time that a file waits for those after it: a number and a unit, such as <c>"10s"</c>. Unless set, ten seconds for a
    /// stream and no limit for others.
    /// </summary>
    public string? Period { get; set; }
}
