namespace Spouts;

/// <summary>
/// Marks a method as a source that is run again and again: at once after a start, then whenever the interval has passed
/// since the end of its last run. Each run that yields files becomes one commit, unless <see cref="BatchAttribute"/> cuts it.
/// </summary>
/// <param name="interval">
/// The time between two runs: a number and a unit (<c>s</c>, <c>m</c>, <c>h</c>, <c>d</c>), such as <c>"30s"</c> or
/// <c>"1h30m"</c>; at least one second.
/// </param>
/// <remarks>
/// The method returns <see cref="IAsyncEnumerable{T}"/> or <see cref="IEnumerable{T}"/> of <see cref="SpoutFile"/>, or a
/// <see cref="Task{TResult}"/> or <see cref="ValueTask{TResult}"/> of one file, of null, or of a list. It may take a
/// <see cref="CancellationToken"/>, <see cref="Cursor{T}"/>s, the <see cref="SpoutContext"/> and services, in any order.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PollAttribute(string interval) : Attribute
{
    /// <summary>The time between the end of a run and the start of the next one.</summary>
    public string Interval { get; } = interval;

    /// <summary>The source's key in the ledger; the method's name unless set.</summary>
    public string? Name { get; set; }

    /// <summary>The key that the source had before it was renamed: its cursors move over with its next commit.</summary>
    public string? FormerName { get; set; }
}
