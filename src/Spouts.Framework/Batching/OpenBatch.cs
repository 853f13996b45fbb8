using Microsoft.Extensions.Logging;
using Spouts.Files;
using Spouts.Hosting;
using Spouts.Pachyderm;

namespace Spouts.Batching;

/// <summary>A batch that still takes files: each is streamed into its file set as it comes, and nothing of it is kept.</summary>
internal sealed class OpenBatch(
    OutputRepo repo, KnownItems known, TimeProvider time, ILogger logger, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly List<Acknowledgement> _acknowledgements = [];
    private FileSetStager? _stager;
    private long? _began;

    /// <summary>Whether nothing has come yet, not even an item that came before.</summary>
    public bool IsEmpty => Yielded + Repeated == 0;

    /// <summary>Whether there is anything to publish.</summary>
    public bool HasData => Yielded > 0;

    /// <summary>How many of its files are made from items of a queue.</summary>
    public int Items { get; private set; }

    /// <summary>How many items came again and wait for their acknowledgement.</summary>
    public int Repeated { get; private set; }

    /// <summary>How many files went to the dead letters.</summary>
    public int DeadLetters { get; set; }

    public long Bytes => _stager?.Bytes ?? 0;

    /// <summary>How long ago the first file came.</summary>
    public TimeSpan Age => _began is { } began ? time.GetElapsedTime(began) : TimeSpan.Zero;

    public BatchPaths Paths { get; } = new();

    public IReadOnlyList<Acknowledgement> Acknowledgements => _acknowledgements;

    /// <summary>How many files it has. Each counts, also where several are pieces of one path; an item that came before does not.</summary>
    public int Yielded { get; private set; }

    /// <summary>Whether all of it was staged whole: a file whose content broke off has spoilt it.</summary>
    public bool IsIntact { get; private set; } = true;

    /// <summary>Whether the next file belongs to the next batch.</summary>
    public bool IsFull(BatchLimits limits) =>
        Yielded >= limits.Files || Bytes >= limits.Bytes || Age >= limits.Period || Repeated >= KnownItems.MaxWaiting;

    /// <summary>Whether it has so many times as much as the limits say.</summary>
    public bool IsFarOver(BatchLimits limits, int times) =>
        Yielded >= (long)times * limits.Files || Bytes >= times * limits.Bytes || Age >= times * limits.Period;

    /// <summary>Stages a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isAlone">Whether its content is staged so that what came before is whole even where it breaks off.</param>
    public async Task AddAsync(SpoutFile file, bool isAlone = false)
    {
        _began ??= time.GetTimestamp();
        if (isAlone)
            file = await file.BegunAsync(ItemContent.MaxHashed, cancellation).ConfigureAwait(false);
        bool isLarge = isAlone && !file.IsInMemory;
        Acknowledgement? acknowledgement = file.Committed is not null || file.Abandoned is not null || file.Item is not null ? new(file) : null;
        if (acknowledgement is { Item: not null } && file.HasItemContent)
            file = file.Hashed(content => acknowledgement.Content = content);
        _stager ??= new(repo, time, logger, cancellation);
        long? bytes = isLarge ? await _stager.AddAloneAsync(file).ConfigureAwait(false) : null;
        IsIntact = !isLarge;
        Paths.Add(file);
        IsIntact = false;
        Paths.Grow(file.Path, bytes ?? await _stager.AddAsync(file).ConfigureAwait(false));
        IsIntact = true;
        Yielded++;
        if (acknowledgement is null)
            return;
        _acknowledgements.Add(acknowledgement);
        if (acknowledgement.Item is null)
            return;
        Items++;
        known.Stage(acknowledgement);
    }

    /// <summary>Takes an item that came before, which is acknowledged and not staged.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isReadable">Whether its content may be read; else its id matches alone.</param>
    /// <returns>
    /// Whether it came before; with a reason, and the file to use for it, where it is not to be taken for the earlier one and goes to the dead
    /// letters instead.
    /// </returns>
    /// <exception cref="ArgumentException">An item of this batch, or of the one that is being published, has its id.</exception>
    public async ValueTask<(bool Came, string? Reason, SpoutFile File)> RepeatAsync(SpoutFile file, bool isReadable)
    {
        if (file.Item is not { } item)
            return (false, null, file);
        Acknowledgement? staged = known.FindStaged(item);
        bool isPublished = known.Contains(item, out string? contents);
        if (staged is null && !(isPublished && isReadable))
            return (false, null, file);
        string? content = null;
        Stream? open = null;
        if (isReadable)
            (content, file, open) = await ItemContent.ReadAsync(file, cancellation).ConfigureAwait(false);
        bool isThePublished = isPublished
            && (contents is null || content is null || contents.Chunk(ItemContent.Length).Any(known => content.AsSpan().SequenceEqual(known)));
        bool isTheStaged = staged is not null && (staged.Content is null || content is null || staged.Content == content);
        if (isPublished && !isThePublished && !isTheStaged)
            return (true, "it came under the id of an item that is published with other content (SpoutFile.WithItem)", file);
        if (open is not null)
            await open.DisposeAsync().ConfigureAwait(false);
        if (!isPublished && staged!.ItemPath != file.Path)
            throw TwoFiles($"{staged.ItemPath} and {file.Path} have");
        if (!isPublished && !isTheStaged)
            throw TwoFiles($"Two files {file.Path} with different contents have");
        _began ??= time.GetTimestamp();
        Repeated++;
        Acknowledgement again = new(file) { IsStaged = false };
        _acknowledgements.Add(again);
        known.Repeat(again, replaces: isTheStaged && (!isThePublished || staged!.Content == content));
        return (true, null, file);
    }

    /// <summary>Ends the file set; only for a batch that has data.</summary>
    /// <returns>The file set's id.</returns>
    public Task<string> CompleteAsync() => _stager!.CompleteAsync();

    public ValueTask DisposeAsync() => _stager?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static ArgumentException TwoFiles(string which) => new(
        $"{which} the id of one item (SpoutFile.WithItem). An id stands for one file: give each file an id of its own, such as \"m1/2\" for the "
        + "second one of the item m1, and let what it holds not depend on the delivery.");
}
