using Microsoft.Extensions.Logging;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>
/// Stages what one run of a source yields, batch by batch, while the source is still yielding: nothing is buffered, and a slow
/// server slows the source.
/// </summary>
internal sealed partial class RunStager(
    OutputRepo repo, IAsyncEnumerable<SpoutFile> files, TimeProvider time, ILogger logger, CancellationToken cancellation) : IAsyncDisposable
{
    /// <summary>What makes the batches of a source smaller.</summary>
    public const string CutByAnnotation = "Cut its runs with [Batch]";

    private const long LargeBytes = 1L << 30;

    // More is in no ledger that anybody would want to read; only a run that is not cut can have it.
    private const int MaxUncutItems = ItemPlaces.All;

    // As long without a file, a source has nothing more at hand.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);

    // A timer cannot wait for more than 49 days.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly IAsyncEnumerator<SpoutFile> _files = files.GetAsyncEnumerator(cancellation);
    private Task<bool>? _moving;
    private OpenBatch? _open;
    private Acknowledgement? _last;
    private bool _isOver;
    private bool _isCutForItems;

    public required SourceKey Source { get; init; }

    /// <summary>The source's entry in the ledger as the run began.</summary>
    public required SourceEntry Base { get; init; }

    /// <summary>The source's entry as of the file that was yielded last; true where the run is over.</summary>
    public required Func<bool, SourceEntry> Entry { get; init; }

    /// <summary>The items that are not to be published again.</summary>
    public required KnownItems Known { get; init; }

    /// <summary>Which files could not be read in earlier runs.</summary>
    public required UnreadableFiles Unreadable { get; init; }

    /// <summary>Where the run is cut; null: one run is one batch.</summary>
    public BatchLimits? Limits { get; init; }

    /// <summary>How long the source may take to its next file; null for ever.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>What makes its batches smaller, for messages: a sentence without its full stop.</summary>
    public string SmallerBy { get; init; } = CutByAnnotation;
    /// <summary>How many items the open batch may have before it is cut; without a limit where nobody counts them.</summary>
    public Func<int, int> MaxItems { get; init; } = static _ => int.MaxValue;

    /// <summary>Whether anything is to be done once a file of the run is durable.</summary>
    public bool HasCallbacks { get; private set; }

    /// <summary>Whether the source has yielded its last file.</summary>
    public bool IsOver => _isOver;

    /// <summary>Whether files were yielded that belong to no staged batch.</summary>
    public bool HasUnstaged => _open is { IsEmpty: false } || _last is not null;

    /// <summary>What hangs on files that were yielded and belong to no staged batch.</summary>
    public IEnumerable<Acknowledgement> Unstaged => [.. _open?.Acknowledgements ?? [], .. _last is { } last ? [last] : Array.Empty<Acknowledgement>()];

    /// <summary>Stages the next batch.</summary>
    /// <returns>The batch; null when the run is over.</returns>
    /// <exception cref="TimeoutException">The source yielded nothing for longer than its patience.</exception>
    /// <exception cref="SpoutConfigurationException">A run that is not cut has more items than the ledger has places.</exception>
    public async Task<StagedBatch?> NextAsync()
    {
        if (_isOver)
            return null;
        OpenBatch open = new(repo, Known, time, logger, cancellation);
        _open = open;
        await using (open.ConfigureAwait(false))
        {
            SourceEntry entry = await FillAsync(open).ConfigureAwait(false);
            if (open.IsEmpty)
                return null;
            FileSetLease? lease = open.HasData ? new(repo, await open.CompleteAsync().ConfigureAwait(false), time, logger) : null;
            _open = null;
            return new()
            {
                Source = Source,
                Base = Base,
                Entry = entry,
                Lease = lease,
                Bytes = open.Bytes,
                Paths = open.Paths,
                DeadLetters = open.DeadLetters,
                SmallerBy = SmallerBy,
                Acknowledgements = open.Acknowledgements,
                IsCutForItems = _isCutForItems,
            };
        }
    }

    /// <summary>Waits for the file that the source is still looking for; whoever calls it has cancelled the run.</summary>
    public async Task StopAsync()
    {
        if (_moving is not { } moving)
            return;
        await ((Task)moving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (moving.IsCompletedSuccessfully && await moving.ConfigureAwait(false))
            _last = new(_files.Current);
    }

    /// <summary>Ends the source's iteration, which has to be stopped.</summary>
    public ValueTask DisposeAsync() => _files.DisposeAsync();

    // The entry is taken right after a file came: what the source sets while it looks for the next one belongs to that.
    private async Task<SourceEntry> FillAsync(OpenBatch open)
    {
        SourceEntry? entry = null;
        bool warned = false;
        _isCutForItems = false;
        while (await MoveAsync(open).ConfigureAwait(false) is { } moved)
        {
            if (!moved)
            {
                _isOver = true;
                return Entry(true);
            }

            await AddAsync(_files.Current, open).ConfigureAwait(false);
            if (Limits is { } limits)
            {
                entry = Entry(false);
                _isCutForItems = open.Items > 0 && open.Items >= MaxItems(open.Items) && !open.IsFull(limits);
                if (_isCutForItems || open.IsFull(limits))
                {
                    Unreadable.Cut(entry.Cursors);
                    return entry;
                }
            }
            else if (open.Items > MaxUncutItems)
            {
                throw new SpoutConfigurationException(
                    $"A run of '{Source.Name}' has more than {MaxUncutItems} files made from items (SpoutFile.WithItem), and the ledger, which goes with "
                    + $"every commit, does not keep more ids. {SmallerBy}.");
            }
            else if (!warned && (open.Bytes > LargeBytes || open.Age > LongRun))
            {
                warned = true;
                LogLargeRun(Source.Name, ByteSize.Format(open.Bytes), open.Age, SmallerBy);
            }
        }

        // Its time is up.
        Unreadable.Cut((entry ?? throw new InvalidOperationException("A batch is cut behind a file.")).Cursors);
        return entry;
    }

    private async Task AddAsync(SpoutFile yielded, OpenBatch open)
    {
        HasCallbacks |= yielded.Committed is not null;
        SpoutFile file = Unreadable.Take(yielded);
        string? unreadable = Unreadable.Reason(file);

        // Until it is in the batch, it is told of from here.
        _last = new(yielded);
        (bool came, string? differs, file) = await open.RepeatAsync(file, isReadable: unreadable is null).ConfigureAwait(false);
        _last = null;
        if (came && differs is null)
            return;
        string? known = file.DeadLetterReason ?? differs ?? DeadLetter.Misplaced(file);
        string? reason = unreadable is null || known is null ? unreadable ?? known : $"{known}; {unreadable}";
        if (reason is null)
            await open.AddAsync(file).ConfigureAwait(false);
        else
            await AddDeadLetterAsync(file, reason, isReadable: unreadable is null, open).ConfigureAwait(false);

        // A local file may still wait for its turn; once it is committed it was read.
        if (unreadable is null && !file.IsLocal)
            Unreadable.Read(file);
    }

    private async Task AddDeadLetterAsync(SpoutFile file, string reason, bool isReadable, OpenBatch open)
    {
        LogDeadLetter(Source.Name, file.Path, reason);
        open.DeadLetters++;
        foreach (SpoutFile letter in DeadLetter.Of(Source, file, reason, isReadable ? file : null))
            await open.AddAsync(letter).ConfigureAwait(false);
    }

    // Answers null when the time of the batch is up before the source yields its next file, which then begins the next batch.
    private async ValueTask<bool?> MoveAsync(OpenBatch open)
    {
        TimeSpan? left = open.IsEmpty ? null : Limits?.Period - open.Age;
        if (open.Repeated > 0 && Limits is not null && !(left < Rest))
            left = Rest;
        if (left is null && Patience is null && _moving is null)
            return await _files.MoveNextAsync().ConfigureAwait(false);
        Task<bool> moving = _moving ??= _files.MoveNextAsync().AsTask();
        bool isCut = left is not null && !(left > Patience);
        TimeSpan wait = (isCut ? left : Patience) ?? Timeout.InfiniteTimeSpan;
        if (isCut && wait < TimeSpan.Zero)
            wait = TimeSpan.Zero;
        else if (wait > LongestTimer)
            wait = LongestTimer;
        try
        {
            bool moved = await moving.WaitAsync(wait, time, CancellationToken.None).ConfigureAwait(false);
            _moving = null;
            return moved;
        }
        catch (TimeoutException)
        {
            if (!moving.IsCompleted)
                return isCut ? null : throw new TimeoutException($"It yielded nothing for {Patience}.");

            // It came just then, or what was thrown is the source's own.
            bool moved = await moving.ConfigureAwait(false);
            _moving = null;
            return moved;
        }
    }

    [LoggerMessage(LogLevel.Error, "{Path} of '{Source}' goes to the dead letters: {Reason}")]
    private partial void LogDeadLetter(string source, string path, string reason);

    [LoggerMessage(LogLevel.Warning,
        "The run of '{Source}' has {Bytes} after {Duration}: a kill starts all of it again. {Cure}.")]
    private partial void LogLargeRun(string source, string bytes, TimeSpan duration, string cure);
}
