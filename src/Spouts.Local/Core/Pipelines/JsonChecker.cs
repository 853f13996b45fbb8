using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Spouts.Local.Core.Pipelines;

/// <summary>
/// Reads JSON against a message as strictly as the real server, and says where it is wrong in the same words. It checks
/// syntax, unknown and duplicate fields and the kinds of values; it builds nothing.
/// </summary>
internal sealed class JsonChecker
{
    private readonly JsonScanner _json;
    private int _token;

    private JsonChecker(string text) => _json = new JsonScanner(text);

    public static void Check(string text, MessageDescriptor message)
    {
        JsonChecker checker = new(text);
        checker._json.SkipSpace();
        checker.Message(message);
        checker._json.SkipSpace();
        if (!checker._json.AtEnd)
            throw checker._json.Unexpected();
    }

    private void Message(MessageDescriptor message)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _json.Expect('{');
        HashSet<string> seen = [];
        Members(() =>
        {
            int start = _token;
            string name = _json.String();
            FieldDescriptor field = message.Fields.InDeclarationOrder().FirstOrDefault(f => f.Name == name || f.JsonName == name)
                ?? throw _json.Error($"unknown field \"{name}\"", start);
            if (!seen.Add(field.Name))
                throw _json.Error($"duplicate field \"{name}\"", start);
            if (field.RealContainingOneof is { } oneof && !seen.Add("oneof " + oneof.Name))
                throw _json.Error($"error parsing \"{name}\", oneof {oneof.FullName} is already set", start);
            _json.Colon();
            Field(field);
        });
    }

    private void Field(FieldDescriptor field)
    {
        _json.SkipSpace();
        if (_json.Literal("null"))
            return;
        if (field.IsMap)
        {
            _json.Expect('{');
            HashSet<string> seen = [];
            Members(() =>
            {
                int start = _token;
                string key = _json.String();
                if (!seen.Add(key))
                    throw _json.Error($"duplicate map key \"{key}\"", start);
                _json.Colon();
                _json.SkipSpace();
                Value(field.MessageType.Fields[2]);
            });
        }
        else if (field.IsRepeated)
        {
            _json.Expect('[');
            _json.SkipSpace();
            if (_json.Take(']'))
                return;
            do
            {
                _json.SkipSpace();
                Value(field);
                _json.SkipSpace();
            }
            while (_json.Take(','));
            _json.Expect(']');
        }
        else
        {
            Value(field);
        }
    }

    private void Value(FieldDescriptor field)
    {
        _token = _json.At;
        switch (field.FieldType)
        {
            case FieldType.Message when field.MessageType.File.Package != "google.protobuf":
                Message(field.MessageType);
                break;
            case FieldType.String or FieldType.Bytes:
                if (_json.Peek() != '"')
                    throw Invalid("string");
                _json.String();
                break;
            case FieldType.Bool:
                if (!_json.Literal("true") && !_json.Literal("false"))
                    throw Invalid("bool");
                break;
            case FieldType.Enum:
                if (_json.Peek() != '"')
                {
                    Number("enum", whole: true);
                }
                else if (field.EnumType.FindValueByName(_json.String()) is null)
                {
                    throw Invalid("enum");
                }

                break;
            case FieldType.Float or FieldType.Double:
                Number(field.FieldType == FieldType.Float ? "float" : "double", whole: false);
                break;
            case FieldType.Message when field.MessageType == Duration.Descriptor || field.MessageType == Timestamp.Descriptor:
                Time(field.MessageType);
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
        bool quoted = _json.Peek() == '"';
        string text = quoted ? _json.String() : _json.Word();
        if (!quoted && text.Length == 0)
            throw _json.Unexpected();
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        bool good = whole
            ? decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out decimal integer) && decimal.IsInteger(integer) && Fits(integer, kind)
            : double.TryParse(text, Style, CultureInfo.InvariantCulture, out double value)
                && Math.Abs(value) <= (kind == "float" ? float.MaxValue : double.MaxValue);
        if (!good && !(!whole && quoted && text is "NaN" or "Infinity" or "-Infinity"))
            throw Invalid(kind);
    }

    private static bool Fits(decimal value, string kind) => kind switch
    {
        "uint32" => value is >= uint.MinValue and <= uint.MaxValue,
        "uint64" => value is >= ulong.MinValue and <= ulong.MaxValue,
        "int64" => value is >= long.MinValue and <= long.MaxValue,
        _ => value is >= int.MinValue and <= int.MaxValue,
    };

    private void Time(MessageDescriptor message)
    {
        if (_json.Peek() != '"')
            throw _json.Unexpected();
        _json.String();
        int end = _json.At;
        _json.BackTo(_token);
        string text = _json.TokenText();
        try
        {
            JsonParser.Default.Parse(text, message);
        }
        catch (InvalidProtocolBufferException)
        {
            throw _json.Error($"invalid {message.FullName} value {text}", _token);
        }

        _json.BackTo(end);
    }

    private void Anything()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_json.Peek() == '"')
        {
            _json.String();
        }
        else if (_json.Take('{'))
        {
            Members(() =>
            {
                _json.String();
                _json.Colon();
                _json.SkipSpace();
                Anything();
            });
        }
        else if (_json.Take('['))
        {
            _json.SkipSpace();
            if (_json.Take(']'))
                return;
            do
            {
                _json.SkipSpace();
                Anything();
                _json.SkipSpace();
            }
            while (_json.Take(','));
            _json.Expect(']');
        }
        else if (_json.Word().Length == 0)
        {
            throw _json.Unexpected();
        }
    }

    private void Members(Action member)
    {
        _json.SkipSpace();
        if (_json.Take('}'))
            return;
        do
        {
            _json.SkipSpace();
            _token = _json.At;
            if (_json.Peek() != '"')
                throw _json.Unexpected();
            member();
            _json.SkipSpace();
        }
        while (_json.Take(','));
        _json.Expect('}');
    }

    private PachException Invalid(string kind)
    {
        _json.BackTo(_token);
        return _json.Error($"invalid value for {kind} type: {_json.TokenText()}", _token);
    }
}
