using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Spouts.Hosting;

namespace Spouts.Tests.Adversary;

/// <summary>When the source's cursor moves.</summary>
internal enum CursorForm
{
    /// <summary>There is none: a queue, or a source that brings all of it each time.</summary>
    None,

    /// <summary>To each item, before it is yielded.</summary>
    Item,

    /// <summary>To each page, before its items are yielded.</summary>
    PageBefore,

    /// <summary>To the next page, behind the loop over a page's items.</summary>
    PageBehind,

    /// <summary>To the next page of the day, or to nothing behind its last, before a page's items are yielded. The next day begins anew.</summary>
    DayBefore,

    /// <summary>Each item carries its own.</summary>
    ItemCarried,

    /// <summary>The last item of each page carries the next page.</summary>
    PageCarried,
}

/// <summary>What else the source keeps.</summary>
internal enum Beside
{
    Nothing,

    /// <summary>How many items there were, assigned before each, or carried with the position.</summary>
    Counter,

    /// <summary>A mark of each page, assigned before its items.</summary>
    Tag,
}

internal enum FileForm
{
    /// <summary>A path for each item.</summary>
    Replaced,

    /// <summary>A line of one file for each.</summary>
    Appended,

    /// <summary>The same, with an id.</summary>
    AppendedWithId,
}

internal enum Trouble
{
    Throws,

    /// <summary>The content of a file breaks off.</summary>
    Breaks,

    /// <summary>Its run is ended from outside, and it throws.</summary>
    IsCancelled,

    /// <summary>Its run is ended from outside, and it returns.</summary>
    Returns,

    /// <summary>Its process is killed.</summary>
    IsKilled,

    /// <summary>It takes longer than a batch may wait.</summary>
    Waits,
}

/// <summary>A source as somebody may have written it, and what happens to it while it runs.</summary>
internal sealed class CutProgram
{
    private const int MostPages = 7;
    private const int MostOfPage = 4;

    private readonly int[][] _pages;
    private readonly int _pagesOfDay;
    private readonly bool _assignsBeside;
    private readonly Dictionary<int, Trouble> _troubles = [];
    private int _step;

    public CutProgram(Random random)
    {
        Form = Any<CursorForm>();
        Beside = Form is CursorForm.None ? Beside.Nothing : Any<Beside>();
        Files = Any<FileForm>();
        IsStream = Form is not CursorForm.None ? random.Next(3) == 0 : Files is FileForm.AppendedWithId && random.Next(2) == 0;
        IsMutable = random.Next(2) == 0;
        HasStreams = random.Next(3) == 0;
        Limit = IsStream || random.Next(5) > 0 ? random.Next(1, 6) : null;
        HasEmptyPages = random.Next(3) == 0;
        int item = 0;
        _pages = [.. Enumerable.Range(0, random.Next(1, MostPages)).Select(_ =>
            Enumerable.Range(0, random.Next(HasEmptyPages ? 0 : 1, MostOfPage)).Select(_ => item++).ToArray())];
        Items = item;
        _pagesOfDay = random.Next(1, 4);
        _assignsBeside = random.Next(2) == 0;
        for (int troubles = random.Next(6); troubles > 0; troubles--)
            _troubles[random.Next(1, 60)] = Any<Trouble>();

        T Any<T>() where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];
    }

    public CursorForm Form { get; }

    public Beside Beside { get; }

    public FileForm Files { get; }

    public bool IsStream { get; }

    public bool IsMutable { get; }

    public bool HasStreams { get; }

    public bool HasEmptyPages { get; }

    /// <summary>The most files of a batch; null where a run is one batch.</summary>
    public int? Limit { get; }

    public int Items { get; }

    /// <summary>
    /// Whether the documents say that what it appends may come twice, and that what it keeps beside its position may be wrong: a token is
    /// assigned behind its loop, and the first pages have nothing.
    /// </summary>
    public bool MayDouble => Form is CursorForm.PageBehind && HasEmptyPages && (Files is FileForm.Appended || Beside is not Beside.Nothing);

    /// <summary>What the queue still has to deliver, where there is no cursor.</summary>
    public HashSet<int> Unacknowledged { get; } = [];

    public bool WasKilled { get; private set; }

    /// <summary>Which days there are, each by its items; of the others the source finds nothing.</summary>
    public IEnumerable<int[]> Days => Form is CursorForm.DayBefore ? _pages.Chunk(_pagesOfDay).Select(static day => day.SelectMany(static page => page).ToArray()) : [];

    /// <summary>The first of them whose items have not all arrived.</summary>
    public int Day { get; set; }

    /// <summary>One run.</summary>
    public async IAsyncEnumerable<SpoutFile> RunAsync(
        SourceRun run, FakeTimeProvider time, CancellationTokenSource reading, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        WasKilled = false;
        if (Form is CursorForm.None)
        {
            // A queue delivers what is not acknowledged; anything else is brought from its beginning.
            foreach (int item in Files is FileForm.AppendedWithId ? [.. Unacknowledged.Order()] : Enumerable.Range(0, Items))
            {
                if (await StepAsync(time, reading))
                    yield break;
                yield return File(item);
            }

            yield break;
        }

        Position position = new(this, run);
        Cursor<int>? count = Beside is Beside.Counter ? run.Cursor("count", CursorCodec.Int32) : null;
        Cursor<string>? tag = Beside is Beside.Tag ? run.Cursor("tag", CursorCodec.String) : null;
        bool carries = Form is CursorForm.ItemCarried or CursorForm.PageCarried && !_assignsBeside;
        int counted = count?.Value ?? 0;
        int next = position.Value + (Form is CursorForm.DayBefore ? Day * _pagesOfDay : 0);
        int end = Form is CursorForm.DayBefore ? Math.Min((Day + 1) * _pagesOfDay, _pages.Length) : _pages.Length;
        bool isByItem = Form is CursorForm.Item or CursorForm.ItemCarried;
        for (int page = isByItem ? 0 : next; page < end; page++)
        {
            if (await StepAsync(time, reading))
                yield break;
            if (tag is not null && !carries)
                tag.Value = $"page {page}";
            if (Form is CursorForm.PageBefore)
                position.Assign(page + 1);
            else if (Form is CursorForm.DayBefore)
                position.Assign(page + 1 < end ? page + 1 - (Day * _pagesOfDay) : 0);
            foreach (int item in _pages[page])
            {
                if (isByItem && item < next)
                    continue;
                if (await StepAsync(time, reading))
                    yield break;
                if (Form is CursorForm.Item)
                    position.Assign(item + 1);
                counted++;
                if (count is not null && !carries)
                    count.Value = counted;
                SpoutFile file = File(item);
                if (Form is CursorForm.ItemCarried)
                    file = position.Carry(file, item + 1);
                else if (Form is CursorForm.PageCarried && item == _pages[page][^1])
                    file = position.Carry(file, page + 1);
                if (carries && file.Positions.Count > 0 && count is not null)
                    file = file.WithCursor(count, counted);
                if (carries && file.Positions.Count > 0 && tag is not null)
                    file = file.WithCursor(tag, $"page {page}");
                yield return file;
            }

            if (Form is CursorForm.PageBehind)
                position.Assign(page + 1);
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Form}{(IsMutable ? " (mutable)" : "")}{(Form is CursorForm.DayBefore ? $" of {_pagesOfDay}" : "")}, beside {Beside}{(_assignsBeside ? " (assigned)" : "")}, {Files}{(HasStreams ? " from streams" : "")}, {(IsStream ? "stream" : "poll")}, at most {Limit}, "
        + $"pages [{string.Join(" ", _pages.Select(static page => page.Length))}], {string.Join(", ", _troubles.OrderBy(static t => t.Key).Select(static t => $"{t.Value} at {t.Key}"))}");

    private static SpoutFile WithContent(string path, string content, bool isStream, bool breaks) => breaks
        ? SpoutFile.Streamed(path, static _ => ValueTask.FromResult<Stream>(new BrokenStream()))
        : isStream ? SpoutFile.Streamed(path, _ => ValueTask.FromResult<Stream>(new MemoryStream(Encoding.ASCII.GetBytes(content))))
        : SpoutFile.Text(path, content);

    private SpoutFile File(int item)
    {
        bool breaks = _troubles.TryGetValue(_step, out Trouble trouble) && trouble is Trouble.Breaks;
        SpoutFile file = WithContent(Files is FileForm.Replaced ? $"/{item}" : "/log", $"{item}\n", HasStreams, breaks);
        if (Files is not FileForm.Replaced)
            file = file.Appended();
        return Files is not FileForm.AppendedWithId ? file : file.WithItem($"{item}").OnCommitted((_, _) =>
        {
            Unacknowledged.Remove(item);
            return ValueTask.CompletedTask;
        });
    }

    // Answers whether the source returns.
    private async ValueTask<bool> StepAsync(FakeTimeProvider time, CancellationTokenSource reading)
    {
        if (!_troubles.TryGetValue(++_step, out Trouble trouble))
            return false;
        switch (trouble)
        {
            case Trouble.Throws:
                throw new IOException("It breaks off.");
            case Trouble.IsKilled:
                WasKilled = true;
                throw new IOException("It is killed.");
            case Trouble.IsCancelled:
                await reading.CancelAsync();
                throw new OperationCanceledException(reading.Token);
            case Trouble.Returns:
                await reading.CancelAsync();
                return true;
            case Trouble.Waits:
                await Task.Yield();
                time.Advance(TimeSpan.FromMinutes(1));
                break;
        }

        return false;
    }

    // The cursor that says how far it has come: a number, or a list that is changed in place.
    private sealed class Position
    {
        private readonly Cursor<int>? _number;
        private readonly Cursor<List<int>>? _list;

        public Position(CutProgram program, SourceRun run)
        {
            if (program.IsMutable)
                _list = run.Cursor("position", CursorCodec.List(CursorCodec.Int32));
            else
                _number = run.Cursor("position", CursorCodec.Int32);
        }

        public int Value => _number?.Value ?? _list!.Value.FirstOrDefault();

        public void Assign(int value)
        {
            if (_number is not null)
            {
                _number.Value = value;
                return;
            }

            _list!.Value.Clear();
            _list.Value.Add(value);
        }

        public SpoutFile Carry(SpoutFile file, int value) =>
            _number is not null ? file.WithCursor(_number, value) : file.WithCursor(_list!, [value]);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(new IOException("The content breaks off."));
    }
}
