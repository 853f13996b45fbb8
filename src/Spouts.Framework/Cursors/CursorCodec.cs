using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Hosting;

/// <summary>
/// How a cursor of one type is written into the ledger and read from it, without reflection. Generated code composes one; see
/// <see cref="CursorCodec"/> for its parts.
/// </summary>
/// <param name="Initial">The value before any run has set the cursor, and of a member that the ledger does not have yet.</param>
/// <param name="Write">The value as JSON.</param>
/// <param name="Read">The value from JSON; throws when the JSON is of another type.</param>
/// <typeparam name="T">The cursor's type.</typeparam>
public sealed record CursorCodec<T>(Func<T> Initial, Func<T, JsonNode?> Write, Func<JsonElement, T> Read)
{
    /// <summary>Reads a value that is a part of another one, and says in which part it cannot be read.</summary>
    internal T ReadAt(string place, JsonElement saved)
    {
        try
        {
            return Read(saved);
        }
        catch (UnreadableCursorException inner)
        {
            throw new UnreadableCursorException(place + inner.Place, inner.Reason, inner);
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidOperationException or JsonException or ArgumentException or OverflowException)
        {
            throw new UnreadableCursorException(
                place, $"is {CursorCodec.NameOf(typeof(T))} now, but the ledger holds {saved.GetRawText()}", wrong);
        }
    }
}
