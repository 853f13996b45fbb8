using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spouts.Hosting;

/// <summary>
/// How a cursor of one type is written into the ledger and read from it, without reflection. Generated code picks one; see
/// <see cref="CursorCodec"/> for those there are.
/// </summary>
/// <param name="Initial">The value before any run has set the cursor.</param>
/// <param name="Write">The value as JSON.</param>
/// <param name="Read">The value from JSON; throws when the JSON is of another type.</param>
/// <typeparam name="T">The cursor's type.</typeparam>
public sealed record CursorCodec<T>(T Initial, Func<T, JsonNode?> Write, Func<JsonElement, T> Read);
