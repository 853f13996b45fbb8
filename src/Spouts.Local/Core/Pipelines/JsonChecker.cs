using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;

namespace Spouts.Local.Core.Pipelines;

/// <summary>
/// Reads JSON against a message as strictly as the real server, and says where it is wrong in the same words. It checks
/// syntax, unknown and duplicate fields and the kinds of values; it builds nothing.
/// </summary>
internal sealed class JsonChecker
{
    // The real server's protobuf library writes a no-break space here.
    private const string Proto = "proto:\u00a0";
    private readonly string _text;
    private int _at;
    private int _token;

    private JsonChecker(string text) => _text = text;

    public static void Check(string text, MessageDescriptor message)
    {
        JsonChecker checker = new(text);
        checker.SkipSpace();
        checker.Message(message);
        checker.SkipSpace();
        if (checker._at < text.Length)
            throw checker.Unexpected();
    }

    private void Message(MessageDescriptor message)
    {
        if (Peek() != '{')
            throw Unexpected();
        _at++;
        HashSet<string> seen = [];
        Members(() =>
        {
            int start = _token;
            string name = String();
            FieldDescriptor field = message.Fields.InDeclarationOrder().FirstOrDefault(f => f.Name == name || f.JsonName == name)
                ?? throw Error($"unknown field \"{name}\"", start);
            if (!seen.Add(field.Name))
                throw Error($"duplicate field \"{name}\"", start);
            if (field.RealContainingOneof is { } oneof && !seen.Add("oneof " + oneof.Name))
                throw Error($"error parsing \"{name}\", oneof {oneof.FullName} is already set", start);
            Colon();
            Field(field);
        });
    }

    private void Field(FieldDescriptor field)
    {
        SkipSpace();
        if (Literal("null"))
            return;
        if (field.IsMap)
        {
            Expect('{');
            HashSet<string> seen = [];
            Members(() =>
            {
                int start = _token;
                string key = String();
                if (!seen.Add(key))
                    throw Error($"duplicate map key \"{key}\"", start);
                Colon();
                SkipSpace();
                Value(field.MessageType.Fields[2]);
            });
        }
        else if (field.IsRepeated)
        {
            Expect('[');
            SkipSpace();
            if (Take(']'))
                return;
            do
            {
                SkipSpace();
                Value(field);
                SkipSpace();
            }
            while (Take(','));
            Expect(']');
        }
        else
        {
            Value(field);
        }
    }

    private void Value(FieldDescriptor field)
    {
        _token = _at;
        switch (field.FieldType)
        {
            case FieldType.Message when field.MessageType.File.Package != "google.protobuf":
                Message(field.MessageType);
                break;
            case FieldType.String or FieldType.Bytes:
                if (Peek() != '"')
                    throw Invalid("string");
                String();
                break;
            case FieldType.Bool:
                if (!Literal("true") && !Literal("false"))
                    throw Invalid("bool");
                break;
            case FieldType.Enum:
                if (Peek() != '"')
                {
                    Number("enum", whole: true);
                }
                else if (field.EnumType.FindValueByName(String()) is null)
                {
                    throw Invalid("enum");
                }

                break;
            case FieldType.Float or FieldType.Double:
                Number(field.FieldType == FieldType.Float ? "float" : "double", whole: false);
                break;
            case FieldType.Message:
                Anything();
                break;
            default:
                Number(field.FieldType.ToString().ToLowerInvariant(), whole: true);
                break;
        }
    }

    // Numbers may be given as strings; 1e0 and 2.0 are whole.
    private void Number(string kind, bool whole)
    {
        bool quoted = Peek() == '"';
        string text = quoted ? String() : Word();
        if (!quoted && text.Length == 0)
            throw Unexpected();
        bool good = double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double value)
            && (!whole || value == Math.Floor(value))
            && !(kind.StartsWith('u') && value < 0)
            && !(kind.EndsWith("32", StringComparison.Ordinal) && Math.Abs(value) > uint.MaxValue);
        if (!good && !(!whole && quoted && text is "NaN" or "Infinity" or "-Infinity"))
            throw Invalid(kind);
    }

    private void Anything()
    {
        if (Peek() == '"')
        {
            String();
        }
        else if (Take('{'))
        {
            Members(() =>
            {
                String();
                Colon();
                SkipSpace();
                Anything();
            });
        }
        else if (Take('['))
        {
            SkipSpace();
            if (Take(']'))
                return;
            do
            {
                SkipSpace();
                Anything();
                SkipSpace();
            }
            while (Take(','));
            Expect(']');
        }
        else if (Word().Length == 0)
        {
            throw Unexpected();
        }
    }

    private void Members(Action member)
    {
        SkipSpace();
        if (Take('}'))
            return;
        do
        {
            SkipSpace();
            _token = _at;
            if (Peek() != '"')
                throw Unexpected();
            member();
            SkipSpace();
        }
        while (Take(','));
        Expect('}');
    }

    private string String()
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

    private void Colon()
    {
        SkipSpace();
        if (!Take(':'))
            throw Error($"unexpected character {TokenText()}, missing \":\" after field name", _at, syntax: true);
    }

    private void Expect(char c)
    {
        SkipSpace();
        if (!Take(c))
            throw Unexpected();
    }

    private bool Take(char c)
    {
        if (_at >= _text.Length || _text[_at] != c)
            return false;
        _at++;
        return true;
    }

    private bool Literal(string word)
    {
        if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0)
            return false;
        _at += word.Length;
        return true;
    }

    private string Word()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '-' or '+' or '.'))
            _at++;
        return _text[start.._at];
    }

    private char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\n' or '\r' or '\t')
            _at++;
    }

    private PachException Unexpected()
    {
        SkipSpace();
        if (_at >= _text.Length && _text.Trim().Length > 0)
            return new PachException(Proto + "unexpected EOF");
        string token = TokenText();
        bool known = token.Length == 0 || token is "true" or "false" or "null" || "{}[],:\"".Contains(token[0], StringComparison.Ordinal)
            || double.TryParse(token, CultureInfo.InvariantCulture, out _);
        return Error((known ? "unexpected token " : "invalid value ") + token, _at, syntax: true);
    }

    private PachException Invalid(string kind)
    {
        _at = _token;
        return Error($"invalid value for {kind} type: {TokenText()}", _token);
    }

    private string TokenText()
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

    private PachException Error(string what, int at, bool syntax = false)
    {
        string before = _text[..at];
        int line = before.Count(c => c == '\n') + 1;
        int column = new StringInfo(before[(before.LastIndexOf('\n') + 1)..]).LengthInTextElements + 1;
        string where = string.Create(CultureInfo.InvariantCulture, $"(line {line}:{column}): ");
        return new PachException(Proto + (syntax ? "syntax error " : "") + where + what);
    }
}
