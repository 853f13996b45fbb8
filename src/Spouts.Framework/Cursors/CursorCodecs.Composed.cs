using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Hosting;

/// <content>Collections and records.</content>
public static partial class CursorCodec
{
    /// <summary>An array as a JSON array, empty until it is set.</summary>
    /// <typeparam name="T">An element.</typeparam>
    /// <param name="element">How an element is kept.</param>
    /// <returns>The codec.</returns>
    public static CursorCodec<T[]> Array<T>(CursorCodec<T> element) =>
        new(static () => [], v => Elements(v, element), e => [.. Elements(e, element)]);

    /// <summary>A list as a JSON array, empty until it is set.</summary>
    /// <inheritdoc cref="Array"/>
    public static CursorCodec<List<T>> List<T>(CursorCodec<T> element) =>
        new(static () => [], v => Elements(v, element), e => [.. Elements(e, element)]);

    /// <summary>A list that is only read, as a JSON array, empty until it is set.</summary>
    /// <inheritdoc cref="Array"/>
    public static CursorCodec<IReadOnlyList<T>> ReadOnlyList<T>(CursorCodec<T> element) =>
        new(static () => [], v => Elements(v, element), e => [.. Elements(e, element)]);

    /// <summary>An immutable array as a JSON array, empty until it is set.</summary>
    /// <inheritdoc cref="Array"/>
    public static CursorCodec<ImmutableArray<T>> ImmutableArray<T>(CursorCodec<T> element) =>
        new(static () => [], v => Elements(v.IsDefault ? null : v.AsEnumerable(), element), e => [.. Elements(e, element)]);

    /// <summary>A set as a JSON array, empty until it is set; it compares with the default comparer.</summary>
    /// <inheritdoc cref="Array"/>
    public static CursorCodec<HashSet<T>> HashSet<T>(CursorCodec<T> element) =>
        new(static () => [], v => Elements(v, element), e => [.. Elements(e, element)]);

    /// <summary>
    /// A dictionary as a JSON object, empty until it is set; it compares keys ordinally. One that has half a surrogate pair in a key is
    /// an array of its keys and values.
    /// </summary>
    /// <typeparam name="T">A value.</typeparam>
    /// <param name="value">How a value is kept.</param>
    /// <returns>The codec.</returns>
    public static CursorCodec<Dictionary<string, T>> Dictionary<T>(CursorCodec<T> value) => new(
        static () => new(StringComparer.Ordinal),
        v => Utf16.Write((v ?? []).Select(entry => KeyValuePair.Create(entry.Key, value.Write(entry.Value)))),
        e => Utf16.ReadEntries(e).ToDictionary(
            static entry => entry.Key, entry => value.ReadAt($"[\"{entry.Key}\"]", entry.Value), StringComparer.Ordinal));

    /// <summary>
    /// A record or struct as a JSON object of its members. Members that it no longer has are ignored, those that are new have
    /// their defaults.
    /// </summary>
    /// <typeparam name="T">The record or struct.</typeparam>
    /// <param name="write">Writes its members.</param>
    /// <param name="read">Makes one from its members.</param>
    /// <returns>The codec.</returns>
    public static CursorCodec<T> Record<T>(Func<T, JsonObject> write, Func<CursorMembers, T> read) where T : notnull => new(
        () => read(default),

        // Of a struct that is its type's default, a record within is null, which no text or collection is either once it was saved.
        v => v is null ? write(read(default))
            : v.GetType() == typeof(T)
            ? write(v)
            : throw new InvalidOperationException(
                $"A cursor of {NameOf(typeof(T))} was set to {NameOf(v.GetType())}, whose own members would be lost. Declare the record sealed."),
        e => e.ValueKind is JsonValueKind.Object ? read(new(e)) : throw new JsonException("it is no object"));

    /// <summary>
    /// A record or struct whose author wrote what is to become of state in an older form: it is called for each state that has
    /// not exactly the members of today, or that cannot be read.
    /// </summary>
    /// <typeparam name="T">The record or struct.</typeparam>
    /// <param name="codec">Its form of today.</param>
    /// <param name="migrate">Its method <c>Migrate</c>.</param>
    /// <returns>The codec.</returns>
    public static CursorCodec<T> Migrated<T>(CursorCodec<T> codec, Func<JsonElement, T> migrate) => codec with
    {
        Read = saved =>
        {
            try
            {
                if (IsOfToday(saved, codec.Write(codec.Initial())))
                    return codec.Read(saved);
            }
            catch (UnreadableCursorException)
            {
                // The names of today with other types: older as well.
            }

            return Migrate(saved, migrate);
        },
    };

    /// <summary>A type as its author writes it, but for its namespace.</summary>
    internal static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;

    private static T Migrate<T>(JsonElement saved, Func<JsonElement, T> migrate)
    {
        try
        {
            return migrate(saved);
        }
        catch (Exception failed)
        {
            throw new UnreadableCursorException(
                "", $"could not be made from {saved.GetRawText()} by {NameOf(typeof(T))}.Migrate ({failed.Message})", failed);
        }
    }

    private static bool IsOfToday(JsonElement saved, JsonNode? today) =>
        saved.ValueKind is JsonValueKind.Object
        && today is JsonObject members
        && members.Select(static member => member.Key).ToHashSet(StringComparer.Ordinal)
            .SetEquals(saved.EnumerateObject().Select(static member => member.Name));

    private static JsonArray Elements<T>(IEnumerable<T>? elements, CursorCodec<T> element) =>
        [.. (elements ?? []).Select(element.Write)];

    private static IEnumerable<T> Elements<T>(JsonElement saved, CursorCodec<T> element) => saved
        .EnumerateArray()
        .Select((one, index) => element.ReadAt(string.Create(CultureInfo.InvariantCulture, $"[{index}]"), one));
}
