namespace Spouts;

/// <summary>
/// How far a source has come: a value that travels in the ledger of each commit and therefore moves only with the data,
/// atomically. Take one as a parameter of a source method and assign <see cref="Value"/> before yielding the file that it
/// covers.
/// </summary>
/// <typeparam name="T">
/// A number, <see cref="bool"/>, <see cref="char"/>, <see cref="string"/>, date, time, <see cref="Guid"/> or enum; null or one of
/// these; a record or struct of such members; or an array, list, set or <c>Dictionary&lt;string, ...&gt;</c> of such elements.
/// </typeparam>
/// <remarks>
/// Anyone who may read the repo can read its cursors: they are no place for secrets. Records may gain and lose members; one that
/// needs more writes <c>public static T Migrate(JsonElement old)</c>, which is called for state that has not exactly its members.
/// </remarks>
public sealed class Cursor<T>
{
    private T _value;

    internal Cursor(T value, bool isSet)
    {
        _value = value;
        IsSet = isSet;
    }

    /// <summary>Whether a run has ever saved this cursor; false in the first run of a new spout.</summary>
    public bool IsSet { get; private set; }

    /// <summary>
    /// The value as of the last commit, then as last assigned. The type's default (for text and collections: empty) until a run has set it.
    /// </summary>
    public T Value
    {
        get => _value;
        set
        {
            _value = value;
            IsSet = true;
        }
    }
}
