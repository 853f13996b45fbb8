using Spouts.Cursors;
using Spouts.Hosting;

namespace Spouts;

/// <summary>
/// How far a source has come: a value that travels in the ledger of each commit and therefore moves only with the data,
/// atomically. Take one as a parameter of a source method, and have each file carry its position with
/// <see cref="SpoutFile.WithCursor"/>; or assign <see cref="Value"/> before yielding the file that it covers.
/// </summary>
/// <typeparam name="T">
/// A number, <see cref="bool"/>, <see cref="char"/>, <see cref="string"/>, date, time, <see cref="Guid"/> or enum; null or one of
/// these; a record or struct of such members; or an array, list, set or <c>Dictionary&lt;string, ...&gt;</c> of such elements.
/// </typeparam>
/// <remarks>
/// Anyone who may read the repo can read its cursors: they are no place for secrets. Records may gain and lose members; one that
/// needs more writes <c>public static T Migrate(JsonElement old)</c>, which is called for state that has not exactly its members.
/// </remarks>
public sealed class Cursor<T> : IRunCursor
{
    private readonly string _name;
    private readonly CursorCodec<T> _codec;
    private readonly string _initial;
    private readonly bool _wasSet;
    private T _value;
    private T _atLast;
    private T _atCut;
    private bool _isAssigned;
    private bool _isCarried;
    private bool _hasMoved;
    private bool _hasLeftLast;
    private bool _hasLeftCut;

    internal Cursor(string name, CursorCodec<T> codec, T value, bool isSet)
    {
        (_name, _codec, _value, _atLast, _atCut, IsSet, _wasSet) = (name, codec, value, value, value, isSet, isSet);

        // A list may be changed in place without ever being assigned.
        _initial = Json();
    }

    /// <summary>Whether a run has ever saved this cursor; false in the first run of a new spout.</summary>
    public bool IsSet { get; private set; }

    /// <summary>
    /// The value as of the last commit, then as last assigned or carried by a file. The type's default (for text and collections: empty) until a
    /// run has set it.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is assigned, although a file of the run has carried the cursor (<see cref="SpoutFile.WithCursor"/>).</exception>
    public T Value
    {
        get => _value;
        set
        {
            if (_isCarried)
                throw Both();
            _isAssigned = true;
            Set(value);
        }
    }

    string IRunCursor.Name => _name;

    bool IRunCursor.IsCarried => _isCarried;

    string? IRunCursor.Begin => _wasSet ? _initial : null;

    bool IRunCursor.HasLeft => _hasLeftCut || _hasLeftLast;

    void IRunCursor.Mark()
    {
        _hasLeftCut |= _hasLeftLast || !AreEqual(_value, _atCut);
        (_atLast, _hasLeftLast) = (_value, false);
    }

    // What was assigned since the last file belongs to the next one, whether it was before the cut or is only now.
    void IRunCursor.Cut() => (_atCut, _hasLeftCut) = (_atLast, false);

    string? IRunCursor.Write()
    {
        string json = Json();
        _hasMoved |= IsSet || json != _initial;
        return _hasMoved ? json : null;
    }

    /// <summary>Moves the cursor to the value that a file carries.</summary>
    internal void Carry(T value)
    {
        if (_isAssigned)
            throw Both();
        _isCarried = true;
        Set(value);
    }

    private void Set(T value)
    {
        _hasLeftLast |= !AreEqual(value, _atLast);
        _value = value;
        IsSet = true;
    }

    private static bool AreEqual(T one, T other) => EqualityComparer<T>.Default.Equals(one, other);

    private string Json() => _codec.Write(_value)?.ToJsonString() ?? "null";

    private InvalidOperationException Both() => new(
        $"The cursor '{_name}' is assigned, and files carry it as well (SpoutFile.WithCursor): nobody could tell which files a value covers. Do the one or the other in a run.");
}
