using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Hosting;

/// <summary>
/// The types of cursor that the ledger can carry, and how they are composed. Numbers are JSON numbers, dates and times text in
/// ISO 8601 that keeps every digit.
/// </summary>
public static partial class CursorCodec
{
    /// <summary><see cref="bool"/> as a JSON boolean.</summary>
    public static CursorCodec<bool> Boolean { get; } = Value(static v => JsonValue.Create(v), static e => e.GetBoolean());

    /// <summary><see cref="byte"/> as a JSON number.</summary>
    public static CursorCodec<byte> Byte { get; } = Value(static v => JsonValue.Create(v), static e => e.GetByte());

    /// <summary><see cref="sbyte"/> as a JSON number.</summary>
    public static CursorCodec<sbyte> SByte { get; } = Value(static v => JsonValue.Create(v), static e => e.GetSByte());

    /// <summary><see cref="short"/> as a JSON number.</summary>
    public static CursorCodec<short> Int16 { get; } = Value(static v => JsonValue.Create(v), static e => e.GetInt16());

    /// <summary><see cref="ushort"/> as a JSON number.</summary>
    public static CursorCodec<ushort> UInt16 { get; } = Value(static v => JsonValue.Create(v), static e => e.GetUInt16());

    /// <summary><see cref="int"/> as a JSON number.</summary>
    public static CursorCodec<int> Int32 { get; } = Value(static v => JsonValue.Create(v), static e => e.GetInt32());

    /// <summary><see cref="uint"/> as a JSON number.</summary>
    public static CursorCodec<uint> UInt32 { get; } = Value(static v => JsonValue.Create(v), static e => e.GetUInt32());

    /// <summary><see cref="long"/> as a JSON number.</summary>
    public static CursorCodec<long> Int64 { get; } = Value(static v => JsonValue.Create(v), static e => e.GetInt64());

    /// <summary><see cref="ulong"/> as a JSON number.</summary>
    public static CursorCodec<ulong> UInt64 { get; } = Value(static v => JsonValue.Create(v), static e => e.GetUInt64());

    /// <summary><see cref="System.Int128"/> as text: few readers of JSON know numbers of that size.</summary>
    public static CursorCodec<Int128> Int128 { get; } = Parsed(
        static v => v.ToString(CultureInfo.InvariantCulture), static s => System.Int128.Parse(s, CultureInfo.InvariantCulture));

    /// <summary><see cref="System.UInt128"/> as text.</summary>
    public static CursorCodec<UInt128> UInt128 { get; } = Parsed(
        static v => v.ToString(CultureInfo.InvariantCulture), static s => System.UInt128.Parse(s, CultureInfo.InvariantCulture));

    /// <summary><see cref="float"/> as a JSON number; not-a-number and infinity as text.</summary>
    public static CursorCodec<float> Single { get; } = Value<float>(
        static v => float.IsFinite(v) ? JsonValue.Create(v) : JsonValue.Create(v.ToString(CultureInfo.InvariantCulture)),
        static e => e.ValueKind is JsonValueKind.String ? float.Parse(e.GetString()!, CultureInfo.InvariantCulture) : e.GetSingle());

    /// <summary><see cref="double"/> as a JSON number; not-a-number and infinity as text.</summary>
    public static CursorCodec<double> Double { get; } = Value<double>(
        static v => double.IsFinite(v) ? JsonValue.Create(v) : JsonValue.Create(v.ToString(CultureInfo.InvariantCulture)),
        static e => e.ValueKind is JsonValueKind.String ? double.Parse(e.GetString()!, CultureInfo.InvariantCulture) : e.GetDouble());

    /// <summary><see cref="decimal"/> as a JSON number.</summary>
    public static CursorCodec<decimal> Decimal { get; } = Value(static v => JsonValue.Create(v), static e => e.GetDecimal());

    /// <summary><see cref="char"/> as text; half a surrogate pair, which is not text, as <see cref="String"/> keeps it.</summary>
    public static CursorCodec<char> Char { get; } = Value(static v => Utf16.Write(v.ToString()), static e => char.Parse(Utf16.Read(e) ?? ""));

    /// <summary>
    /// <see cref="string"/>, empty until it is set; null is saved as empty, see <see cref="Optional"/>. One with half a surrogate pair,
    /// which JSON cannot say, is an object of its UTF-16 code units.
    /// </summary>
    public static CursorCodec<string> String { get; } =
        new(static () => "", static v => Utf16.Write(v ?? ""), static e => Utf16.Read(e) ?? "");

    /// <summary>Bytes as text in Base64, empty until they are set.</summary>
    public static CursorCodec<byte[]> Bytes { get; } =
        new(static () => [], static v => JsonValue.Create(Convert.ToBase64String(v ?? [])), static e => e.GetBytesFromBase64());

    /// <summary><see cref="System.Guid"/> as text.</summary>
    public static CursorCodec<Guid> Guid { get; } = Value(
        static v => JsonValue.Create(v.ToString("D", CultureInfo.InvariantCulture)), static e => e.GetGuid());

    /// <summary><see cref="System.DateTime"/>, its kind included.</summary>
    public static CursorCodec<DateTime> DateTime { get; } = Parsed(
        static v => v.ToString("O", CultureInfo.InvariantCulture),
        static s => System.DateTime.Parse(s, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));

    /// <summary><see cref="System.DateTimeOffset"/>, its offset included.</summary>
    public static CursorCodec<DateTimeOffset> DateTimeOffset { get; } = Parsed(
        static v => v.ToString("O", CultureInfo.InvariantCulture),
        static s => System.DateTimeOffset.Parse(s, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));

    /// <summary><see cref="System.DateOnly"/>.</summary>
    public static CursorCodec<DateOnly> DateOnly { get; } = Parsed(
        static v => v.ToString("O", CultureInfo.InvariantCulture),
        static s => System.DateOnly.ParseExact(s, "O", CultureInfo.InvariantCulture));

    /// <summary><see cref="System.TimeOnly"/>.</summary>
    public static CursorCodec<TimeOnly> TimeOnly { get; } = Parsed(
        static v => v.ToString("O", CultureInfo.InvariantCulture),
        static s => System.TimeOnly.ParseExact(s, "O", CultureInfo.InvariantCulture));

    /// <summary><see cref="System.TimeSpan"/>.</summary>
    public static CursorCodec<TimeSpan> TimeSpan { get; } = Parsed(
        static v => v.ToString("c", CultureInfo.InvariantCulture),
        static s => System.TimeSpan.ParseExact(s, "c", CultureInfo.InvariantCulture));

    /// <summary>An enum by the name of its member, so that renumbering it moves no cursor.</summary>
    /// <typeparam name="T">The enum.</typeparam>
    /// <returns>The codec.</returns>
    public static CursorCodec<T> Enum<T>() where T : struct, Enum =>
        Parsed(static v => v.ToString(), static s => System.Enum.Parse<T>(s));

    /// <summary>A value type or null, which is JSON's null.</summary>
    /// <typeparam name="T">The value type.</typeparam>
    /// <param name="value">How the value is kept.</param>
    /// <returns>The codec.</returns>
    public static CursorCodec<T?> Nullable<T>(CursorCodec<T> value) where T : struct =>
        new(static () => null, v => v is { } set ? value.Write(set) : null, e => IsNull(e) ? null : value.Read(e));

    /// <summary>A reference or null, which is JSON's null.</summary>
    /// <typeparam name="T">The reference type.</typeparam>
    /// <param name="value">How the value is kept.</param>
    /// <returns>The codec.</returns>
    public static CursorCodec<T?> Optional<T>(CursorCodec<T> value) where T : class =>
        new(static () => null, v => v is null ? null : value.Write(v), e => IsNull(e) ? null : value.Read(e));

    private static bool IsNull(JsonElement saved) => saved.ValueKind is JsonValueKind.Null;

    private static CursorCodec<T> Value<T>(Func<T, JsonNode?> write, Func<JsonElement, T> read) where T : struct =>
        new(static () => default, write, read);

    private static CursorCodec<T> Parsed<T>(Func<T, string> write, Func<string, T> read) where T : struct =>
        Value(v => JsonValue.Create(write(v)), e => read(e.GetString() ?? throw new JsonException("null is no value here")));
}
