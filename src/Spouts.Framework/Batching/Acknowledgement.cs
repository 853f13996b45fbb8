namespace Spouts.Batching;

/// <summary>
/// What to do for a file once it is known whether its batch is durable. It keeps nothing of the file's content.
/// </summary>
internal sealed record Acknowledgement(
    string Path,
    string? Item,
    Func<CommittedFile, CancellationToken, ValueTask>? Committed,
    Func<AbandonedFile, CancellationToken, ValueTask>? Abandoned)
{
    public Acknowledgement(SpoutFile file)
        : this(file.Path, file.Item, file.Committed, file.Abandoned)
    {
    }
}
