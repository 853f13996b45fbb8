using System.Text.Json;

namespace Spouts.Hosting;

/// <summary>A cursor of a source, as generated code hands it to the host: its name and type, to compare with what the ledger has or is to have.</summary>
public sealed class CursorRegistration
{
    private readonly Action<JsonElement> _read;

    private CursorRegistration(string name, string? formerName, string type, Action<JsonElement> read) =>
        (Name, FormerName, Type, _read) = (name, formerName, type, read);

    /// <summary>Its key in the ledger.</summary>
    public string Name { get; }

    /// <summary>The key that it had before it was renamed; null if it never was.</summary>
    internal string? FormerName { get; }

    /// <summary>Its type, for messages.</summary>
    internal string Type { get; }

    /// <summary>A cursor of a name and type.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name in the ledger: that of the parameter.</param>
    /// <param name="codec">How the ledger keeps it.</param>
    /// <param name="formerName">The name that it had before (<see cref="CursorAttribute.FormerName"/>); null for none.</param>
    /// <returns>The cursor.</returns>
    public static CursorRegistration Of<T>(string name, CursorCodec<T> codec, string? formerName = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(codec);
        return new(name, formerName, CursorCodec.NameOf(typeof(T)), value => codec.ReadAt(name, value));
    }

    /// <summary>Whether a value can be read as one of this cursor.</summary>
    internal bool CanRead(JsonElement value)
    {
        try
        {
            _read(value);
            return true;
        }
        catch (UnreadableCursorException)
        {
            return false;
        }
    }
}
