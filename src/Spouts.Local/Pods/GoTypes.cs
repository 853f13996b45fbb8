using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Local.Core;

namespace Spouts.Local.Pods;

/// <summary>What Go's JSON reader says of a value that does not fit.</summary>
internal static class GoTypes
{
    /// <summary>A value that does not fit where a whole document was expected.</summary>
    public static PachException Mismatch(JsonNode value, string type) => new($"json: cannot unmarshal {Kind(value)} into Go value of type {type}");

    /// <summary>A value that does not fit a field.</summary>
    /// <param name="holder">The structure that has the field.</param>
    /// <param name="path">The fields that lead to it, from the outermost structure on.</param>
    public static PachException Mismatch(string kind, string holder, string path, string type)
        => new($"json: cannot unmarshal {kind} into Go struct field {holder}.{path} of type {type}");

    public static string Kind(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        _ => "bool",
    };
}
