using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spouts.Cursors;
using Spouts.Files;

namespace Spouts;

/// <summary>
/// A file that a source brings in: a path in the spout's output repo and what to put there. By default the content replaces
/// what the path held, which makes writing it again harmless.
/// </summary>
/// <remarks>A value: what is called on a file, such as <see cref="Appended"/> or <see cref="OnCommitted"/>, answers a changed copy.</remarks>
public sealed class SpoutFile
{
    // Null where the content is in memory.
    private Func<CancellationToken, ValueTask<Stream>>? Opening { get; init; }

    private SpoutFile(string path, FileChange change, ReadOnlyMemory<byte> bytes, Func<CancellationToken, ValueTask<Stream>>? open)
    {
        Path = SpoutPath.Normalize(path);
        YieldedPath = Path;
        Change = change;
        Content = bytes;
        Opening = open;
    }

    private SpoutFile(SpoutFile from, Func<CancellationToken, ValueTask<Stream>>? open = null)
    {
        Path = from.Path;
        Change = from.Change;
        Item = from.Item;
        ItemName = from.ItemName;
        ItemPath = from.ItemPath;
        HasItemContent = from.HasItemContent;
        Committed = from.Committed;
        Abandoned = from.Abandoned;
        Content = from.Content;
        IsLocal = from.IsLocal;
        DeadLetterReason = from.DeadLetterReason;
        Place = from.Place;
        YieldedPath = from.YieldedPath;
        Positions = from.Positions;
        Opening = open ?? from.Opening;
    }

    /// <summary>The path in the repo, with a leading slash.</summary>
    public string Path { get; private init; }

    /// <summary>The path that the source gave it, also where its content goes to the dead letters.</summary>
    internal string YieldedPath { get; }

    /// <summary>Which of the source's files it is; null where that is not counted.</summary>
    internal FilePlace? Place { get; private init; }

    internal FileChange Change { get; private init; }

    /// <summary>Why the file goes to the dead letters; null where it does not.</summary>
    internal string? DeadLetterReason { get; private init; }

    /// <summary>The content, where it is in memory.</summary>
    internal ReadOnlyMemory<byte> Content { get; private init; }

    /// <summary>Whether the content is in memory.</summary>
    internal bool IsInMemory => Opening is null;

    /// <summary>Whether the content is a local file's, which, once opened, can be read while the source goes on.</summary>
    internal bool IsLocal { get; private init; }

    /// <summary>The item of a queue that the file is made from, as the ledger keeps it; null where it is none.</summary>
    internal string? Item { get; private init; }

    /// <summary>The item's id as the source gave it.</summary>
    internal string? ItemName { get; private init; }

    /// <summary>The path that the source gave to the item's file, also where another one is put into its place; null for the file's own.</summary>
    internal string? ItemPath { get; private init; }

    /// <summary>Whether the content is the item's own, and not put into its place.</summary>
    internal bool HasItemContent { get; private init; } = true;

    /// <summary>Where cursors of the source stand once everything up to and including this file is read.</summary>
    internal IReadOnlyList<CarriedPosition> Positions { get; private init; } = [];

    internal Func<CommittedFile, CancellationToken, ValueTask>? Committed { get; private init; }

    internal Func<AbandonedFile, CancellationToken, ValueTask>? Abandoned { get; private init; }

    /// <summary>A file of bytes. They have been read before the source is asked for its next file; from then on it may reuse their memory.</summary>
    /// <param name="path">Where to put it; see <see cref="SpoutPath"/>.</param>
    /// <param name="content">The content; empty makes an empty file.</param>
    /// <returns>The file.</returns>
    public static SpoutFile Bytes(string path, ReadOnlyMemory<byte> content) => new(path, FileChange.Replace, content, open: null);

    /// <summary>A file of text in UTF-8, without a byte order mark.</summary>
    /// <param name="path">Where to put it; see <see cref="SpoutPath"/>.</param>
    /// <param name="content">The text.</param>
    /// <returns>The file.</returns>
    public static SpoutFile Text(string path, string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Bytes(path, Encoding.UTF8.GetBytes(content));
    }

    /// <summary>A file of one JSON value, serialised without reflection.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="path">Where to put it; see <see cref="SpoutPath"/>.</param>
    /// <param name="value">The value, as it is now.</param>
    /// <param name="type">Its contract, from a <c>JsonSerializerContext</c>.</param>
    /// <returns>The file.</returns>
    public static SpoutFile Json<T>(string path, T value, JsonTypeInfo<T> type) =>
        Bytes(path, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>A file whose content is read from a stream while the batch is staged, with bounded memory.</summary>
    /// <param name="path">Where to put it; see <see cref="SpoutPath"/>.</param>
    /// <param name="open">Opens the stream when its turn has come; it is read to its end and disposed.</param>
    /// <returns>The file.</returns>
    public static SpoutFile Streamed(string path, Func<CancellationToken, ValueTask<Stream>> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return new(path, FileChange.Replace, default, open);
    }

    /// <summary>A file of lines, each ended by a line feed, in UTF-8 without a byte order mark; read while the batch is staged.</summary>
    /// <param name="path">Where to put it; see <see cref="SpoutPath"/>.</param>
    /// <param name="lines">The lines, without their ends.</param>
    /// <returns>The file.</returns>
    public static SpoutFile Lines(string path, IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return Lines(path, lines.ToAsyncEnumerable());
    }

    /// <inheritdoc cref="Lines(string, IEnumerable{string})"/>
    public static SpoutFile Lines(string path, IAsyncEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return Written(path, async (content, cancellation) =>
        {
            StreamWriter writer = new(content) { NewLine = "\n" };
            await using (writer.ConfigureAwait(false))
            {
                await foreach (string line in lines.WithCancellation(cancellation).ConfigureAwait(false))
                    await writer.WriteLineAsync(line.AsMemory(), cancellation).ConfigureAwait(false);
            }
        });
    }

    /// <summary>A file whose content a callback writes while the batch is staged, as fast as Pachyderm takes it.</summary>
    /// <param name="path">Where to put it; see <see cref="SpoutPath"/>.</param>
    /// <param name="write">Writes the content. It has ended before the source is asked for its next file; what it throws fails the run.</param>
    /// <returns>The file.</returns>
    public static SpoutFile Written(string path, Func<Stream, CancellationToken, Task> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        return Streamed(path, cancellation => ValueTask.FromResult<Stream>(new WrittenStream(write, cancellation)));
    }

    /// <summary>A file whose content comes through a pipe, read to its end while the batch is staged.</summary>
    /// <param name="path">Where to put it; see <see cref="SpoutPath"/>.</param>
    /// <param name="content">The end of the pipe to read from. Its writer completes it; with an exception, the run fails.</param>
    /// <returns>The file.</returns>
    public static SpoutFile Piped(string path, PipeReader content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Streamed(path, _ => ValueTask.FromResult(content.AsStream()));
    }

    /// <summary>
    /// A file whose content is a local file's. It is opened when it is yielded, and read while the batch is staged: from then on it may be
    /// deleted or replaced, but not changed before the batch is committed. Of one that grows meanwhile at least
    /// that much is staged which it had when it was opened.
    /// </summary>
    /// <param name="path">Where to put it; see <see cref="SpoutPath"/>.</param>
    /// <param name="localPath">The local file.</param>
    /// <returns>The file.</returns>
    public static SpoutFile FromLocal(string path, string localPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(localPath);
        SpoutFile file = Streamed(path, _ => ValueTask.FromResult<Stream>(new FileStream(
            localPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan)));
        return new(file) { IsLocal = true };
    }

    /// <summary>Takes the file at a path away. Nothing happens where there is none.</summary>
    /// <param name="path">The file's path; folders vanish with their last file.</param>
    /// <returns>The deletion.</returns>
    public static SpoutFile Delete(string path) => new(path, FileChange.Delete, default, open: null);

    /// <summary>The same content, added behind what the path already holds.</summary>
    /// <returns>A copy of this file.</returns>
    /// <exception cref="InvalidOperationException">This is a deletion.</exception>
    public SpoutFile Appended() => Change is FileChange.Delete
        ? throw new InvalidOperationException($"A deletion cannot be appended: {Path}.")
        : new(this) { Change = FileChange.Append };

    /// <summary>
    /// Puts the file to the dead letters instead, for an item that the source cannot make sense of: its content to
    /// <c>/dead-letters/SOURCE/PATH</c>, the path percent-encoded as one element, and what was wrong beside it in <c>.error.json</c>. It is
    /// committed with the cursor that passes it, and acknowledged like any other file.
    /// </summary>
    /// <param name="reason">What is wrong with it.</param>
    /// <returns>A copy of this file.</returns>
    /// <exception cref="InvalidOperationException">This is a deletion.</exception>
    public SpoutFile AsDeadLetter(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        return Change is FileChange.Delete
            ? throw new InvalidOperationException($"A deletion is no dead letter: {Path}.")
            : new(this) { DeadLetterReason = reason };
    }

    /// <summary>
    /// Names the item of a queue that the file is made from, for sources that deliver an item again where its acknowledgement was
    /// lost. The ledger keeps the id with the file until the item is acknowledged; when it comes again, its file is not written a second time,
    /// and <see cref="OnCommitted"/> acknowledges it.
    /// </summary>
    /// <remarks>
    /// One id, one path, one content, whenever it is delivered: an item that makes several files gives each an id of its own, such as
    /// "m1/2", and what it writes must not depend on the delivery (no time of receipt, no count of deliveries). Other content under an id
    /// that is published goes to the dead letters. <see cref="OnCommitted"/> must not return before the queue has taken the acknowledgement:
    /// then the ledger forgets the id.
    /// </remarks>
    /// <param name="id">The same whenever the item is delivered, and no other item's: the message's id, not the delivery's.</param>
    /// <returns>A copy of this file.</returns>
    /// <exception cref="ArgumentException">The id is null or empty.</exception>
    public SpoutFile WithItem(string id)
    {
        if (string.IsNullOrEmpty(id))
        {
            throw new ArgumentException(
                $"The item that {Path} is made from has no id. Take another field that is the same at each delivery and for no other item, or have it passed: "
                + "yield the file AsDeadLetter instead.", nameof(id));
        }

        return new(this) { Item = ItemId.Of(id), ItemName = id };
    }

    /// <summary>
    /// Has the file carry the source's position: once the framework takes the file, the cursor has this value, and the run may be cut into
    /// commits right behind it. It is the surest way to move a cursor.
    /// </summary>
    /// <remarks>
    /// The value says that everything up to and including this file is read. Of several files of one position, such as a page, only the last
    /// carries it. A cursor that a file of a run has carried must not be assigned in that run as well.
    /// </remarks>
    /// <typeparam name="T">The cursor's type.</typeparam>
    /// <param name="cursor">A cursor of the source's method.</param>
    /// <param name="value">Its value from this file on.</param>
    /// <returns>A copy of this file.</returns>
    public SpoutFile WithCursor<T>(Cursor<T> cursor, T value)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        return new(this) { Positions = [.. Positions.Where(position => position.Cursor != (IRunCursor)cursor), new CarriedPosition<T>(cursor, value)] };
    }

    /// <summary>
    /// Adds a callback that acknowledges the file at its source. It runs after the commit is FINISHED and therefore durable,
    /// never before; callbacks run in the order of their files, beside the source and on another thread. When the process dies in between it never runs: the source
    /// then offers the item again.
    /// </summary>
    /// <param name="callback">
    /// What to do. When it throws, it is called again, up to five times within 30 seconds; then, or at once for a
    /// <see cref="SpoutConfigurationException"/>, the process ends and starts again.
    /// </param>
    /// <returns>A copy of this file.</returns>
    public SpoutFile OnCommitted(Func<CommittedFile, CancellationToken, ValueTask> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new(this) { Committed = Both(Committed, callback) };
    }

    /// <summary>
    /// Adds a callback that gives the file's item back to its source: the run failed, or its batch was dropped, and the item is not
    /// committed. It is a courtesy to the source, never a condition: when the process dies it does not run.
    /// </summary>
    /// <param name="callback">What to do; what it throws is logged.</param>
    /// <returns>A copy of this file.</returns>
    public SpoutFile OnAbandoned(Func<AbandonedFile, CancellationToken, ValueTask> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new(this) { Abandoned = Both(Abandoned, callback) };
    }

    /// <summary>The same content at another path, replacing what is there or appended to it as it would have been at its own.</summary>
    internal SpoutFile At(string path) => new(this) { Path = path };

    /// <summary>A copy that knows which of the source's files it is.</summary>
    internal SpoutFile In(FilePlace place) => new(this) { Place = place };

    /// <summary>The same file with its content in other memory.</summary>
    internal SpoutFile Holding(ReadOnlyMemory<byte> content) => new(this) { Content = content, Opening = null, IsLocal = false };

    /// <summary>
    /// The same file with its content in memory, if it is no longer than that; else with its beginning in memory, and the rest waiting to be
    /// read, once.
    /// </summary>
    /// <exception cref="FileContentException">The content cannot be read.</exception>
    internal async ValueTask<SpoutFile> BegunAsync(int most, CancellationToken cancellationToken)
    {
        Stream content = await OpenAsync(cancellationToken).ConfigureAwait(false);
        byte[] head = ArrayPool<byte>.Shared.Rent(most + 1);
        bool isWhole = true;
        try
        {
            int read = await content.ReadAtLeastAsync(head.AsMemory(0, most + 1), most + 1, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            isWhole = read <= most;
            byte[] copy = head.AsSpan(0, read).ToArray();
            return isWhole ? Holding(copy) : new(this, _ => ValueTask.FromResult<Stream>(new ResumedStream(copy, content))) { IsLocal = false };
        }
        catch (Exception failed) when (failed is not SpoutConfigurationException && !cancellationToken.IsCancellationRequested)
        {
            throw new FileContentException(this, failed);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
            if (isWhole)
                await content.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The same file with its content in a stream that is open already.</summary>
    internal SpoutFile Reading(Stream open) => new(this, _ => ValueTask.FromResult(open));

    /// <summary>A copy that is acknowledged for another file.</summary>
    internal SpoutFile InsteadOf(SpoutFile file) => new(this)
    {
        Item = file.Item,
        ItemPath = file.ItemPath ?? file.Path,
        HasItemContent = Opening == file.Opening && Content.Equals(file.Content),
        Committed = file.Committed,
        Abandoned = file.Abandoned,
    };

    /// <summary>A copy that says what <see cref="ItemContent"/> makes of its content, now or once it was read.</summary>
    internal SpoutFile Hashed(Action<string> told)
    {
        if (Opening is { } opening)
            return new(this, async cancellation => new HashedStream(await opening(cancellation).ConfigureAwait(false), told));
        told(ItemContent.Of(Content.Span));
        return this;
    }

    /// <exception cref="FileContentException">The content cannot be opened.</exception>
    internal async ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        if (Opening is not { } opening)
            return new ReadOnlyMemoryStream(Content);
        try
        {
            return await opening(cancellation).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is not SpoutConfigurationException && !cancellation.IsCancellationRequested)
        {
            throw new FileContentException(this, failed);
        }
    }

    private static Func<T, CancellationToken, ValueTask> Both<T>(
        Func<T, CancellationToken, ValueTask>? first, Func<T, CancellationToken, ValueTask> then) => first is null ? then : async (file, cancellation) =>
    {
        await first(file, cancellation).ConfigureAwait(false);
        await then(file, cancellation).ConfigureAwait(false);
    };
}
