using System.Text.Json;

namespace Spouts.Hosting;

/// <summary>The members of a record as the ledger has them. Generated code makes the record from them.</summary>
public readonly struct CursorMembers
{
    private readonly JsonElement _saved;

    internal CursorMembers(JsonElement saved) => _saved = saved;

    /// <summary>Reads a member; one that the ledger does not have yet is what its type begins with.</summary>
    /// <typeparam name="T">The member's type.</typeparam>
    /// <param name="name">The member's name.</param>
    /// <param name="codec">How the ledger keeps it.</param>
    /// <returns>The value.</returns>
    /// <exception cref="FormatException">The ledger holds a value of another type.</exception>
    public T Get<T>(string name, CursorCodec<T> codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        return TryGet(name, out JsonElement member) ? codec.ReadAt("." + name, member) : codec.Initial();
    }

    /// <summary>Reads a member; one that the ledger does not have yet is what the record itself declares.</summary>
    /// <typeparam name="T">The member's type.</typeparam>
    /// <param name="name">The member's name.</param>
    /// <param name="codec">How the ledger keeps it.</param>
    /// <param name="declared">The default of the parameter or the value of the initialiser.</param>
    /// <returns>The value.</returns>
    /// <exception cref="FormatException">The ledger holds a value of another type.</exception>
    public T Get<T>(string name, CursorCodec<T> codec, T declared)
    {
        ArgumentNullException.ThrowIfNull(codec);
        return TryGet(name, out JsonElement member) ? codec.ReadAt("." + name, member) : declared ?? codec.Initial();
    }

    // The default value stands for a record of which nothing was ever saved.
    private bool TryGet(string name, out JsonElement member)
    {
        member = default;
        return _saved.ValueKind is not JsonValueKind.Undefined && _saved.TryGetProperty(name, out member);
    }
}
