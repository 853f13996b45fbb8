using System.Globalization;
using System.Text;

namespace Spouts.Local.Core.Jq;

internal enum JqTokenKind
{
    End,

    /// <summary>A name, a keyword, a field such as <c>.name</c>, a variable such as <c>$name</c>, or a sign.</summary>
    Symbol,
    Number,
    Text,
}

/// <summary>A piece of a filter's text.</summary>
/// <param name="Text">As written; of a string what it says.</param>
internal readonly record struct JqToken(JqTokenKind Kind, string Text)
{
    public static List<JqToken> Read(string text)
    {
        List<JqToken> tokens = [];
        for (int at = 0; at < text.Length;)
        {
            char c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c == '#')
            {
                while (at < text.Length && text[at] != '\n')
                    at++;
            }
            else if (c == '"')
            {
                tokens.Add(new JqToken(JqTokenKind.Text, ReadString(text, ref at)));
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            {
                tokens.Add(ReadNumber(text, ref at));
            }
            else
            {
                int start = at;
                at += SymbolLength(text, at);
                tokens.Add(new JqToken(JqTokenKind.Symbol, text[start..at]));
            }
        }

        tokens.Add(new JqToken(JqTokenKind.End, "<EOF>"));
        return tokens;
    }

    public static PachException Unexpected(string token) => new($"error parsing jq filter: unexpected token {token}");

    private static int SymbolLength(string text, int at)
    {
        int start = text[at] is '.' or '$' ? at + 1 : at;
        int end = start;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || text[end] == '_' || (end > start && char.IsAsciiDigit(text[end]))))
            end++;
        if (end > start)
            return end - at;
        string[] signs = ["..", "//", "==", "!=", "<=", ">=", "?//", "|=", "+=", "-=", "*=", "/=", "%="];
        return signs.FirstOrDefault(sign => string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)?.Length ?? 1;
    }

    private static JqToken ReadNumber(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.' || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E')))
            at++;
        string number = text[start..at];
        return double.TryParse(number, CultureInfo.InvariantCulture, out _)
            ? new JqToken(JqTokenKind.Number, number)
            : throw Unexpected($"\"{number}\"");
    }

    private static string ReadString(string text, ref int at)
    {
        int start = at++;
        StringBuilder read = new();
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] != '\\')
            {
                read.Append(text[at++]);
                continue;
            }

            if (at + 1 < text.Length && text[at + 1] == '(')
                throw new PachException(ErrorKind.Unimplemented, "the local pachd's jq has no interpolation: use + and tostring");
            int length = at + 1 < text.Length && text[at + 1] == 'u' ? 6 : 2;
            if (at + length > text.Length)
                break;
            read.Append(Unescape(text.Substring(at, length)));
            at += length;
        }

        if (at >= text.Length)
            throw new PachException("error parsing jq filter: unterminated string literal");
        at++;
        return start < at ? read.ToString() : "";
    }

    private static string Unescape(string escape)
    {
        try
        {
            return System.Text.Json.JsonSerializer.Deserialize<string>($"\"{escape}\"")!;
        }
        catch (System.Text.Json.JsonException)
        {
            throw new PachException($"error parsing jq filter: invalid escape sequence \"{escape}\" in string literal");
        }
    }
}
