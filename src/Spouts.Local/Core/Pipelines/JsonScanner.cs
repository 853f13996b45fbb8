using System.Globalization;
using System.Text;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Reads the tokens of a JSON text, and words the errors as the real server's protobuf library does.</summary>
internal sealed class JsonScanner(string text)
{
    // That library writes a no-break space here.
    private const string Proto = "proto:\u00a0";
    private readonly string _text = text;
    private int _at;

    /// <summary>Where the next character is read.</summary>
    public int At => _at;

    public bool AtEnd => _at >= _text.Length;

    public void BackTo(int at) => _at = at;

    public string String()
    {
        int start = _at++;
        while (_at < _text.Length && _text[_at] != '"')
            _at += _text[_at] == '\\' ? 2 : 1;
        if (_at >= _text.Length)
            throw new PachException(Proto + "unexpected EOF");
        _at++;
        try
        {
            return System.Text.Json.JsonSerializer.Deserialize<string>(_text.AsSpan(start, _at - start))!;
        }
        catch (System.Text.Json.JsonException)
        {
            _at = start;
            throw Error($"invalid string {_text[start..]}", start, syntax: true);
        }
    }

    public void Colon()
    {
        SkipSpace();
        if (!Take(':'))
            throw Error($"unexpected character {TokenText()}, missing \":\" after field name", _at, syntax: true);
    }

    public void Expect(char c)
    {
        SkipSpace();
        if (!Take(c))
            throw Unexpected();
    }

    public bool Take(char c)
    {
        if (_at >= _text.Length || _text[_at] != c)
            return false;
        _at++;
        return true;
    }

    public bool Literal(string word)
    {
        if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0)
            return false;
        _at += word.Length;
        return true;
    }

    public string Word()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '-' or '+' or '.'))
            _at++;
        return _text[start.._at];
    }

    public char Peek() => _at < _text.Length ? _text[_at] : '\0';

    public void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\n' or '\r' or '\t')
            _at++;
    }

    public PachException Unexpected()
    {
        SkipSpace();
        if (_at >= _text.Length && _text.Trim().Length > 0)
            return new PachException(Proto + "unexpected EOF");
        string token = TokenText();
        bool known = token.Length == 0 || token is "true" or "false" or "null" || "{}[],:\"".Contains(token[0], StringComparison.Ordinal)
            || double.TryParse(token, CultureInfo.InvariantCulture, out _);
        return Error((known ? "unexpected token " : "invalid value ") + token, _at, syntax: true);
    }

    public string TokenText()
    {
        int start = _at;
        if (_at >= _text.Length)
            return "";
        if (_text[_at] == '"')
        {
            String();
        }
        else if (Word().Length == 0)
        {
            _at++;
        }

        string token = _text[start.._at];
        _at = start;
        return token;
    }

    public PachException Error(string what, int at, bool syntax = false)
    {
        string before = _text[..at];
        int line = before.Count(c => c == '\n') + 1;
        int column = new StringInfo(before[(before.LastIndexOf('\n') + 1)..]).LengthInTextElements + 1;
        string where = string.Create(CultureInfo.InvariantCulture, $"(line {line}:{column}): ");
        return new PachException(Proto + (syntax ? "syntax error " : "") + where + what);
    }
}
