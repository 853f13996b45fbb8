using Spouts.Cursors;

namespace Spouts.Batching;

/// <summary>
/// Tells where a run may be cut so that the next one, from the cursors that are committed there, neither leaves anything out nor brings it
/// again. Without cursors that is behind every file. With them it is behind a file that carries them, or between two files between which
/// each cursor that was assigned has moved: a value that was set for a whole page covers the page only behind its last file, also where it is
/// the value that some page before had.
/// </summary>
internal sealed class RunPlaces
{
    // Writing a large value out for each file would take longer than staging the file: so many characters a file may be written on average,
    // and what was not written lets a place be missed and never invents one.
    private const int Allowance = 512;
    private const int MostSaved = 256 * 1024;

    private readonly IReadOnlyList<IRunCursor> _cursors;
    private readonly bool[] _hadMoved;
    private readonly bool[] _carried;
    private readonly bool[] _hasLeft;
    private string?[] _cut;
    private string?[]? _last;
    private long _saved = MostSaved;
    private int _skips;
    private bool _isPair;
    private bool _hasBegun;
    private bool _appends;

    public RunPlaces(IReadOnlyList<IRunCursor> cursors)
    {
        _cursors = cursors;
        _hadMoved = new bool[cursors.Count];
        _carried = new bool[cursors.Count];
        _hasLeft = new bool[cursors.Count];
        _cut = [.. cursors.Select(static cursor => cursor.Begin)];
    }

    /// <summary>Whether the source has cursors.</summary>
    public bool HasCursors => _cursors.Count > 0;

    /// <summary>The names of the cursors that keep a run from being cut, for messages: those that it moves and no file has carried, or else all.</summary>
    public IEnumerable<string> Uncarried
    {
        get
        {
            string[] names = [.. _cursors.Where((cursor, i) => !cursor.IsCarried && HasLeft(i)).Select(static cursor => cursor.Name)];
            return names.Length > 0 ? names : _cursors.Select(static cursor => cursor.Name);
        }
    }

    /// <summary>
    /// Whether the source seems to assign a cursor only behind the files that it covers, or what files append could come twice: then no value
    /// says which files are read.
    /// </summary>
    public bool IsNowhere
    {
        get
        {
            int assigned = 0;
            bool isBehind = false;
            for (int i = 0; i < _cursors.Count; i++)
            {
                if (_cursors[i].IsCarried)
                    continue;
                assigned++;
                isBehind |= !_hadMoved[i];
            }

            return isBehind && (_appends || assigned > 1);
        }
    }

    /// <summary>Whether the run may be cut right behind the file that was taken last, whatever comes next.</summary>
    public bool IsBehindLast => IsPlace(hasNext: false);

    /// <summary>The cursors' values as they were at the file that was taken last, if that was looked at.</summary>
    public IReadOnlyList<string?> Last => _last ?? _cut;

    /// <summary>Whether anything of a run without ids is appended to what is there.</summary>
    public bool Appends => _appends;

    /// <summary>Takes the next file of the source: the cursors that it carries move.</summary>
    /// <exception cref="InvalidOperationException">It carries a cursor of another run, or one that this run has assigned.</exception>
    public void Take(SpoutFile file)
    {
        Array.Clear(_carried);
        foreach (CarriedPosition position in file.Positions)
        {
            int index = IndexOf(position.Cursor);
            if (index < 0)
                throw new InvalidOperationException($"The file {file.Path} carries a cursor, '{position.Cursor.Name}', that is not one of this run's (SpoutFile.WithCursor).");
            position.Apply();
            _carried[index] = true;
        }

        foreach (IRunCursor cursor in _cursors)
            cursor.Mark();
        _appends |= file is { Change: Files.FileChange.Append, Item: null };
        if (!_hasBegun)
        {
            _hasBegun = true;
            string?[] values = Write();
            for (int i = 0; i < values.Length; i++)
                _hadMoved[i] = values[i] != _cut[i];
        }
    }

    /// <summary>Notes the cursors as they are at the file that was taken last, where they can be told without too much effort.</summary>
    /// <param name="isWanted">Whether the run is to be cut as soon as it can be.</param>
    /// <returns>The largest of them and its length as JSON, and the length of all; null where they were not looked at.</returns>
    public (string Name, int Length, int All)? Note(bool isWanted)
    {
        _last = null;
        if (_cursors.Count == 0)
            return null;
        _saved = Math.Min(_saved + Allowance, MostSaved);

        // A pair of files is looked at each time, at intervals that do not always fall upon the same file of a page.
        if (_skips > 0 || (!isWanted && _saved < MostSaved / 2))
        {
            _skips = Math.Max(0, _skips - 1);
            return null;
        }

        _last = Write();
        int largest = 0, all = 0;
        for (int i = 0; i < _last.Length; i++)
        {
            _hasLeft[i] |= _last[i] != _cut[i];
            int length = _last[i]?.Length ?? 0;
            all += length;
            if (length > (_last[largest]?.Length ?? 0))
                largest = i;
        }

        _saved -= all;
        if (_saved < 0 && !_isPair)
            _isPair = true;
        else if (_saved < 0)
            (_isPair, _skips) = (false, (int)(-_saved / Allowance) + Random.Shared.Next(4));
        return (_cursors[largest].Name, _last[largest]?.Length ?? 0, all);
    }

    /// <summary>Whether the run may be cut between the file that was taken last and the one that the source has just yielded.</summary>
    public bool IsBefore() => IsPlace(hasNext: true);

    /// <summary>The run is cut behind the file that was taken last.</summary>
    public void Cut()
    {
        _cut = _last ?? _cut;
        Array.Clear(_hasLeft);
        foreach (IRunCursor cursor in _cursors)
            cursor.Cut();
    }

    // The last file has to carry each cursor that any file has carried. Each other that was anything else since the last cut has to move now.
    private bool IsPlace(bool hasNext)
    {
        if (_cursors.Count == 0)
            return true;
        if (_last is not { } last || IsNowhere)
            return false;
        bool differs = false;
        for (int i = 0; i < _cursors.Count; i++)
        {
            differs |= last[i] != _cut[i];
            bool isCovered = _cursors[i].IsCarried ? _carried[i]
                : !HasLeft(i) || (hasNext && _cursors[i].Write() != last[i]);
            if (!isCovered)
                return false;
        }

        return differs;
    }

    // By its values as they were looked at, or by what was assigned between two looks.
    private bool HasLeft(int index) => _hasLeft[index] || _cursors[index].HasLeft;

    private int IndexOf(IRunCursor cursor)
    {
        for (int i = 0; i < _cursors.Count; i++)
        {
            if (_cursors[i] == cursor)
                return i;
        }

        return -1;
    }

    private string?[] Write() => [.. _cursors.Select(static cursor => cursor.Write())];
}
