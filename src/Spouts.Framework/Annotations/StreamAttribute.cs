namespace Spouts;

/// <summary>
/// Marks a method as an endless source: it runs for as long as the program does, waits for what comes, and yields it. What it
/// yields is cut into batches (see <see cref="BatchAttribute"/>), each of which becomes one commit.
/// </summary>
/// <remarks>
/// The method returns <see cref="IAsyncEnumerable{T}"/> of <see cref="SpoutFile"/> and takes what a <see cref="PollAttribute"/>
/// source does. While one batch is being published the next is already being staged; a server that is slow slows the source.
/// When it ends or throws it is run again, from the cursor of the last commit.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StreamAttribute : Attribute
{
    /// <summary>The source's key in the ledger; the method's name unless set.</summary>
    public string? Name { get; set; }

    /// <summary>The key that the source had before it was renamed: its cursors move over with its next commit.</summary>
    public string? FormerName { get; set; }
}
