using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Spouts.Local.Core.Jq;

/// <summary>
/// A filter of messages in the language of jq, which <c>pachctl list pipeline --state</c> and its like send. The real server
/// uses a Go implementation, whose texts of errors these are. What a filter has no use for is left out: defining functions,
/// <c>reduce</c>, <c>foreach</c>, <c>label</c>, assignment, formats, dates and paths.
/// </summary>
internal sealed class JqFilter
{
    private static readonly JsonFormatter s_formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
    private readonly JqExpression _expression;

    private JqFilter(JqExpression expression) => _expression = expression;

    /// <summary>Null for an empty text: everything passes.</summary>
    /// <exception cref="PachException">It is no filter.</exception>
    public static JqFilter? Of(string text)
        => text.Length == 0
            ? null
            : PachException.Within("error creating message filter function", () => new JqFilter(JqParser.Parse(text)));

    /// <summary>Whether the first value that the filter makes of the message, with its field names as in the protocol, is neither false nor null.</summary>
    public bool Passes(IMessage message)
    {
        JsonNode input = JsonNode.Parse(s_formatter.Format(message))!;
        return PachException.Within(
            "error applying jq filter on proto message", () => _expression(input, JqScope.Empty).Take(1).Any(JqValue.IsTrue));
    }
}
