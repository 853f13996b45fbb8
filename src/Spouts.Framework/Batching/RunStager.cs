using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Spouts.Cursors;
using Spouts.Files;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>
/// Stages what one run of a source yields, batch by batch, while the source is still yielding: nothing is buffered, and a slow
/// server slows the source.
/// </summary>
internal sealed partial class RunStager(
    OutputRepo repo,
    IAsyncEnumerable<SpoutFile> files,
    TimeProvider time,
    ILogger logger,
    CancellationToken reading,
    CancellationToken cancellation) : IAsyncDisposable
{
    /// <summary>What makes the batches of a source smaller.</summary>
    public const string CutByAnnotation = "Cut its runs with [Batch]";

    // A cursor of more characters is worth a word.
    private const int LargeCursor = 16 * 1024;

    private const long LargeBytes = 1L << 30;

    // How far beyond its limits a batch is when that is worth a word.
    private const int FarOver = 4;

    // More is in no ledger that anybody would want to read; only a run that is not cut can have it.
    private const int MaxUncutItems = ItemPlaces.All;

    // As long without a file, a source has nothing more at hand.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);

    // A timer cannot wait for more than 49 days.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly IAsyncEnumerator<SpoutFile> _files = files.GetAsyncEnumerator(reading);

    // What is staged ends with the run, and not with the source's own code: a part of a run that failed may be kept.
    private readonly CancellationTokenSource _staging = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    private Task<bool>? _moving;
    private OpenBatch? _open;
    private SpoutFile? _unstaged;
    private ExceptionDispatchInfo? _failure;
    private RunPlaces? _places;
    private bool _isHeld;
    private bool _isOver;
    private bool _isCutForItems;
    private bool _hasItemsOnly = true;

    public required SourceKey Source { get; init; }

    /// <summary>The source's entry in the ledger as the run began.</summary>
    public required SourceEntry Base { get; init; }

    /// <summary>The source's entry with its cursors as they were at one of its files, as JSON in their order; null where the run is over.</summary>
    public required Func<IReadOnlyList<string?>?, SourceEntry> Entry { get; init; }

    /// <summary>The cursors of the run.</summary>
    public IReadOnlyList<IRunCursor> Cursors { get; init; } = [];

    /// <summary>How many characters they may have together as JSON.</summary>
    public int MaxCursors { get; init; } = int.MaxValue;

    /// <summary>What earlier runs tell of cutting.</summary>
    public SourceCuts Cuts { get; init; } = new();

    /// <summary>Whether the source goes on where it was after a failure, and does not bring its files again from the beginning.</summary>
    public bool GoesOn { get; init; }

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

    /// <summary>Whether the source has yielded anything.</summary>
    public bool HasYielded { get; private set; }

    /// <summary>Whether the source has failed behind its last batch, which the next call throws.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>What would have a part of a run kept that fails, as a sentence without its full stop.</summary>
    public string KeptBy => Limits is null ? $"{SmallerBy}, and what a run brought before it failed is kept"
        : Places.HasCursors ? $"To have what a run brought before it failed kept, {CursorCure}"
        : "To have what a run brought before it failed kept, give its files ids (SpoutFile.WithItem), or a cursor";

    /// <summary>Whether the source has yielded its last file.</summary>
    public bool IsOver => _isOver;

    /// <summary>Whether files were yielded that belong to no staged batch.</summary>
    public bool HasUnstaged => _open is { IsEmpty: false } || _unstaged is not null;

    /// <summary>What hangs on files that were yielded and belong to no staged batch.</summary>
    public IEnumerable<Acknowledgement> Unstaged => [.. _open?.Acknowledgements ?? [], .. _unstaged is { } file ? [new(file)] : Array.Empty<Acknowledgement>()];

    private RunPlaces Places => _places ??= new(Cursors);

    // A source that reads all of it again after a failure, and appends it, would append it twice.
    private bool MayCut => Places.HasCursors || GoesOn || !Places.Appends;

    // What makes the batches of this run smaller.
    private string Cure => Limits is null || !Places.HasCursors ? SmallerBy : $"It is cut where its cursors say how far it has come: {CursorCure}";

    private string CursorCure =>
        $"have its files carry {MessageText.Quoted(Places.Uncarried)} (SpoutFile.WithCursor), each its own position, or, where one value covers many files, the last of them";

    /// <summary>Stages the next batch.</summary>
    /// <returns>The batch; null when the run is over.</returns>
    /// <exception cref="TimeoutException">The source yielded nothing for longer than its patience.</exception>
    /// <exception cref="SpoutConfigurationException">A run that is not cut has more items than the ledger has places.</exception>
    public async Task<StagedBatch?> NextAsync()
    {
        _failure?.Throw();
        if (_isOver)
            return null;
        OpenBatch open = new(repo, Known, time, logger, _staging.Token);
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
                SmallerBy = Cure,
                Acknowledgements = open.Acknowledgements,
                IsCutForItems = _isCutForItems,
            };
        }
    }

    /// <summary>Waits for the file that the source is still looking for; whoever calls it has cancelled the run.</summary>
    public async Task StopAsync()
    {
        if (_isHeld)
            _unstaged = _files.Current;
        if (_moving is not { } moving)
            return;
        await ((Task)moving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (moving.IsCompletedSuccessfully && await moving.ConfigureAwait(false))
            _unstaged = _files.Current;
    }

    /// <summary>Ends what is staged at once: the run has no future.</summary>
    public Task CancelAsync() => _staging.CancelAsync();

    /// <summary>Ends the source's iteration, which has to be stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        _staging.Dispose();
        await _files.DisposeAsync().ConfigureAwait(false);
    }

    // Where a source fails, what it has brought so far is kept if the next run goes on behind it.
    private async Task<SourceEntry> FillAsync(OpenBatch open)
    {
        try
        {
            return await FillUntilCutAsync(open).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is not (SpoutConfigurationException or CursorTooLargeException or PachydermException) && !cancellation.IsCancellationRequested)
        {
            bool keeps = Limits is not null && !open.IsEmpty && open.IsIntact && !_staging.IsCancellationRequested
                && (Places.HasCursors ? Places.IsBehindLast : GoesOn || _hasItemsOnly);
            if (!keeps)
            {
                if (!open.IsEmpty && Limits is not null)
                    Cuts.Lost();
                throw;
            }

            _failure = ExceptionDispatchInfo.Capture(failed);
            return Cut();
        }
    }

    // The cursors are looked at right after a file came: what the source sets while it looks for the next one belongs to that.
    private async Task<SourceEntry> FillUntilCutAsync(OpenBatch open)
    {
        bool warned = false;
        _isCutForItems = false;
        while (await MoveAsync(open).ConfigureAwait(false) is { } moved)
        {
            if (!moved)
            {
                // A source that returns because it was interrupted has not come to its end.
                reading.ThrowIfCancellationRequested();
                _isOver = true;
                return Entry(null);
            }

            if (Limits is not null && !open.IsEmpty && IsWanted(open) && MayCut && Places.IsBefore())
            {
                _isHeld = true;
                return Cut();
            }

            Places.Take(_files.Current);
            await AddAsync(_files.Current, open).ConfigureAwait(false);
            bool isWanted = Limits is not null && IsWanted(open);
            Note(isWanted);
            if (isWanted)
            {
                if (MayCut && Places.IsBehindLast)
                    return Cut();
                TellOfNoPlace(open);
            }
            else if (Limits is null && open.Items > MaxUncutItems)
            {
                throw new SpoutConfigurationException(
                    $"A run of '{Source.Name}' has more than {MaxUncutItems} files made from items (SpoutFile.WithItem), and the ledger, which goes with "
                    + $"every commit, does not keep more ids. {SmallerBy}.");
            }
            else if (Limits is null && !warned && (open.Bytes > LargeBytes || open.Age > LongRun))
            {
                warned = true;
                LogLargeRun(Source.Name, ByteSize.Format(open.Bytes), open.Age, SmallerBy);
            }
        }

        // Its time is up.
        return Cut();
    }

    private SourceEntry Cut()
    {
        Places.Cut();
        SourceEntry entry = Entry(Places.Last);
        Unreadable.Cut(entry.Cursors);
        return entry;
    }

    private bool IsWanted(OpenBatch open)
    {
        bool isFull = open.IsFull(Limits!) || open.Yielded >= Cuts.Most;
        _isCutForItems = !isFull && open.Items > 0 && open.Items >= MaxItems(open.Items);
        return isFull || _isCutForItems;
    }

    private void Note(bool isWanted)
    {
        if (Places.Note(isWanted) is not { } sizes)
            return;
        if (sizes.All > MaxCursors)
            throw new CursorTooLargeException(repo.Pipeline, Source.Name, sizes.Name, sizes.Length, MaxCursors);
        if (sizes.Length > LargeCursor && Cuts.IsNew(sizes.Name))
            LogLargeCursor(sizes.Name, Source.Name, sizes.Length);
    }

    private void TellOfNoPlace(OpenBatch open)
    {
        if (!MayCut)
        {
            if (Cuts.IsNew(nameof(MayCut)))
                LogNowhere(Source.Name, "appends what has no id, and brings all of it again after a failure", "give its files ids (SpoutFile.WithItem), or a cursor");
        }
        else if (open.IsFarOver(Limits!, FarOver) && Cuts.IsNew(nameof(FarOver)))
        {
            // A file that carries them may still come.
            LogFarOver(Source.Name, open.Yielded, MessageText.Quoted(Places.Uncarried), CursorCure);
        }
    }

    private async Task AddAsync(SpoutFile yielded, OpenBatch open)
    {
        HasYielded = true;
        HasCallbacks |= yielded.Committed is not null;
        _hasItemsOnly &= yielded.Item is not null;
        SpoutFile file = Unreadable.Take(yielded);
        string? unreadable = Unreadable.Reason(file);

        // Until it is in the batch, it is told of from here.
        _unstaged = yielded;
        (bool came, string? differs, file) = await open.RepeatAsync(file, isReadable: unreadable is null).ConfigureAwait(false);
        if (came && differs is null)
        {
            _unstaged = null;
            return;
        }

        string? known = file.DeadLetterReason ?? differs ?? DeadLetter.Misplaced(file);
        string? reason = unreadable is null || known is null ? unreadable ?? known : $"{known}; {unreadable}";
        using (reading.UnsafeRegister(static staging => ((CancellationTokenSource)staging!).Cancel(), _staging))
        {
            if (reason is null)
                await open.AddAsync(file, IsAlone(file)).ConfigureAwait(false);
            else
                await AddDeadLetterAsync(file, reason, isReadable: unreadable is null, open).ConfigureAwait(false);
        }

        _unstaged = null;

        // A local file may still wait for its turn; once it is committed it was read.
        if (unreadable is null && !file.IsLocal)
            Unreadable.Read(file);
    }

    // Where a run that fails is kept without its last file, that file must not have spoilt what came before it.
    private bool IsAlone(SpoutFile file) =>
        Limits is not null && !Places.HasCursors && (GoesOn || file.Item is not null) && !file.IsInMemory && file.Change is not FileChange.Delete;

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
        if (_isHeld)
        {
            _isHeld = false;
            return true;
        }

        TimeSpan? left = open.IsEmpty || !MayCut || !Places.IsBehindLast ? null : Limits?.Period - open.Age;
        if (open.Repeated > 0 && Limits is not null && MayCut && Places.IsBehindLast && !(left < Rest))
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

    [LoggerMessage(LogLevel.Warning, "The runs of '{Source}' are cut nowhere, whatever [Batch] says: it {Why}. To have them cut, {Cure}.")]
    private partial void LogNowhere(string source, string why, string cure);

    [LoggerMessage(LogLevel.Warning,
        "A batch of '{Source}' has {Files} files, far more than [Batch] says: {Cursors} has not moved between two of them in a way that tells which are read. "
        + "To have it cut, {Cure}.")]
    private partial void LogFarOver(string source, int files, string cursors, string cure);

    [LoggerMessage(LogLevel.Warning,
        "The cursor '{Cursor}' of '{Source}' has {Length} characters. It travels with every commit: keep positions and ids in it, not contents or sets that grow.")]
    private partial void LogLargeCursor(string cursor, string source, int length);
}
