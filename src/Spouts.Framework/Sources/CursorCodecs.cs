using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Hosting;

/// <summary>The types of cursor that the ledger can carry. Dates and times are written in ISO 8601 and keep every digit.</summary>
public static class CursorCodec
{
    /// <summary><see cref="bool"/> as a JSON boolean.</summary>
    public static CursorCodec<bool> Boolean { get; } = new(false, static v => JsonValue.Create(v), static e => e.GetBoolean());

    /// <summary><see cref="int"/> as a JSON number.</summary>
    public static CursorCodec<int> Int32 { get; } = new(0, static v => JsonValue.Create(v), static e => e.GetInt32());

    /// <summary><see cref="long"/> as a JSON number.</summary>
    public static CursorCodec<long> Int64 { get; } = new(0, static v => JsonValue.Create(v), static e => e.GetInt64());

    /// <summary><see cref="uint"/> as a JSON number.</summary>
    public static CursorCodec<uint> UInt32 { get; } = new(0, static v => JsonValue.Create(v), static e => e.GetUInt32());

    /// <summary><see cref="ulong"/> as a JSON number.</summary>
    public static CursorCodec<ulong> UInt64 { get; } = new(0, static v => JsonValue.Create(v), static e => e.GetUInt64());

    /// <summary><see cref="double"/> as a JSON number; not-a-number and infinity cannot be saved.</summary>
    public static CursorCodec<double> Double { get; } = new(0, static v => JsonValue.Create(v), static e => e.GetDouble());

    /// <summary><see cref="decimal"/> as a JSON number.</summary>
    public static CursorCodec<decimal> Decimal { get; } = new(0, static v => JsonValue.Create(v), static e => e.GetDecimal());

    /// <summary><see cref="string"/>, empty until it is set; null is saved as empty.</summary>
    public static CursorCodec<string> String { get; } =
        new("", static v => JsonValue.Create(v ?? ""), static e => e.GetString() ?? "");

    /// <summary><see cref="System.Guid"/> as text.</summary>
    public static CursorCodec<Guid> Guid { get; } =
        new(default, static v => JsonValue.Create(v.ToString("D", CultureInfo.InvariantCulture)), static e => e.GetGuid());

    /// <summary><see cref="System.DateTime"/>, its kind included.</summary>
    public static CursorCodec<DateTime> DateTime { get; } =
        Parsed(static v => v.ToString("O", CultureInfo.InvariantCulture),
            static s => System.DateTime.Parse(s, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));

    /// <summary><see cref="System.DateTimeOffset"/>, its offset included.</summary>
    public static CursorCodec<DateTimeOffset> DateTimeOffset { get; } =
        Parsed(static v => v.ToString("O", CultureInfo.InvariantCulture),
            static s => System.DateTimeOffset.Parse(s, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));

    /// <summary><see cref="System.DateOnly"/>.</summary>
    public static CursorCodec<DateOnly> DateOnly { get; } =
        Parsed(static v => v.ToString("O", CultureInfo.InvariantCulture),
            static s => System.DateOnly.ParseExact(s, "O", CultureInfo.InvariantCulture));

    /// <summary><see cref="System.TimeOnly"/>.</summary>
    public static CursorCodec<TimeOnly> TimeOnly { get; } =
        Parsed(static v => v.ToString("O", CultureInfo.InvariantCulture),
            static s => System.TimeOnly.ParseExact(s, "O", CultureInfo.InvariantCulture));

    /// <summary><see cref="System.TimeSpan"/>.</summary>
    public static CursorCodec<TimeSpan> TimeSpan { get; } =
        Parsed(static v => v.ToString("c", CultureInfo.InvariantCulture),
            static s => System.TimeSpan.ParseExact(s, "c", CultureInfo.InvariantCulture));

    /// <summary>An enum by the name of its member, so that renumbering it moves no cursor.</summary>
    /// <typeparam name="T">The enum.</typeparam>
    /// <returns>The codec.</returns>
    public static CursorCodec<T> Enum<T>() where T : struct, Enum =>
        Parsed(static v => v.ToString(), static s => System.Enum.Parse<T>(s));

    private static CursorCodec<T> Parsed<T>(Func<T, string> write, Func<string, T> read) where T : struct =>
        new(default, v => JsonValue.Create(write(v)), e => read(e.GetString() ?? throw new JsonException("null is no value here")));
}
