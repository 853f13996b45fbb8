using System.Text.Json.Nodes;

namespace Spouts.Local.Core.Jq;

/// <summary>What an expression makes of one value: none, one or several. Null stands for JSON's null.</summary>
internal delegate IEnumerable<JsonNode?> JqExpression(JsonNode? input, JqScope scope);

/// <summary>The variables that an expression sees.</summary>
internal sealed record JqScope(string Name, JsonNode? Value, JqScope? Outer)
{
    public static JqScope Empty { get; } = new("", null, null);

    public JsonNode? Find(string name)
    {
        for (JqScope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.Name == name)
                return scope.Value;
        }

        throw new InvalidOperationException($"The parser let the unknown variable {name} pass.");
    }
}
