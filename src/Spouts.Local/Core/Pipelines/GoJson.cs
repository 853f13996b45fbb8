using System.Runtime.CompilerServices;

namespace Spouts.Local.Core.Pipelines;

/// <summary>Checks JSON and words its errors as Go's own reader does.</summary>
internal sealed class GoJson
{
    private readonly string _text;
    private int _at;

    private GoJson(string text) => _text = text;

    /// <exception cref="PachException">The text is not JSON.</exception>
    public static void Check(string text)
    {
        GoJson reader = new(text);
        reader.Value();
        if (reader.Next() is { } rest)
            throw Invalid(rest, "after top-level value");
    }

    private void Value()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (Next() ?? throw Ended())
        {
            case '{':
                Object();
                break;
            case '[':
                Array();
                break;
            case '"':
                String();
                break;
            case 't':
                Literal("true");
                break;
            case 'f':
                Literal("false");
                break;
            case 'n':
                Literal("null");
                break;
            case '-' or (>= '0' and <= '9'):
                Number();
                break;
            case var other:
                throw Invalid(other, "looking for beginning of value");
        }
    }

    private void Object()
    {
        _at++;
        for (bool first = true; ; first = false)
        {
            char next = Next() ?? throw Ended();
            if (first && next == '}')
                break;
            if (next != '"')
                throw Invalid(next, "looking for beginning of object key string");
            String();
            Expect(':', "after object key");
            Value();
            if (After('}', "after object key:value pair"))
                return;
        }

        _at++;
    }

    private void Array()
    {
        _at++;
        if (Next() == ']')
        {
            _at++;
            return;
        }

        do
            Value();
        while (!After(']', "after array element"));
    }

    private void String()
    {
        for (_at++; Peek() is var c && c != '"'; _at++)
        {
            if (c < ' ')
                throw Invalid(c, "in string literal");
            if (c != '\\')
                continue;
            _at++;
            if (!"\"\\/bfnrtu".Contains(Peek(), StringComparison.Ordinal))
                throw Invalid(Peek(), "in string escape code");
            if (Peek() == 'u')
                Escape();
        }

        _at++;
    }

    private void Escape()
    {
        for (int digit = 0; digit < 4; digit++)
        {
            _at++;
            if (!char.IsAsciiHexDigit(Peek()))
                throw Invalid(Peek(), "in \\u hexadecimal character escape");
        }
    }

    private void Number()
    {
        if (Peek() == '-')
            _at++;
        if (Peek() == '0')
            _at++;
        else
            Digits("in numeric literal");
        if (_at < _text.Length && _text[_at] == '.')
        {
            _at++;
            Digits("after decimal point in numeric literal");
        }

        if (_at < _text.Length && _text[_at] is 'e' or 'E')
        {
            _at++;
            if (Peek() is '+' or '-')
                _at++;
            Digits("in exponent of numeric literal");
        }
    }

    private void Digits(string where)
    {
        if (!char.IsAsciiDigit(Peek()))
            throw Invalid(Peek(), where);
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
            _at++;
    }

    private void Literal(string word)
    {
        foreach (char expected in word)
        {
            if (Peek() != expected)
                throw Invalid(Peek(), $"in literal {word} (expecting '{expected}')");
            _at++;
        }
    }

    private void Expect(char expected, string where)
    {
        char next = Next() ?? throw Ended();
        if (next != expected)
            throw Invalid(next, where);
        _at++;
    }

    private bool After(char end, string where)
    {
        char next = Next() ?? throw Ended();
        if (next != end && next != ',')
            throw Invalid(next, where);
        _at++;
        return next == end;
    }

    private char Peek() => _at < _text.Length ? _text[_at] : throw Ended();

    private char? Next()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\n' or '\r' or '\t')
            _at++;
        return _at < _text.Length ? _text[_at] : null;
    }

    private static PachException Ended() => new("unexpected end of JSON input");

    private static PachException Invalid(char c, string where)
    {
        string shown = c switch
        {
            '\'' => "\\'",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            < ' ' => $"\\x{(int)c:x2}",
            _ => c.ToString(),
        };
        return new PachException($"invalid character '{shown}' {where}");
    }
}
