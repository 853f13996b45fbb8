using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventFeed;

/// <summary>How events are read and written, without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FeedEvent))]
internal sealed partial class FeedJson : JsonSerializerContext;
