namespace Spouts;

/// <summary>Pieces of messages.</summary>
internal static class MessageText
{
    /// <summary>Names in quotation marks, with commas between them.</summary>
    public static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(static name => $"'{name}'"));
}
