using System.Text.Json.Serialization;

namespace Spouts.Bench.Upload;

/// <summary>How the process tells its result.</summary>
[JsonSerializable(typeof(UploadResult))]
internal sealed partial class UploadJson : JsonSerializerContext;
