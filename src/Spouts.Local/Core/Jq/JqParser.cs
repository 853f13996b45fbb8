using System.Globalization;
using System.Text.Json.Nodes;

namespace Spouts.Local.Core.Jq;

/// <summary>Reads a filter and makes of it what evaluates it.</summary>
internal sealed class JqParser
{
    private static readonly string[] s_left = ["def", "reduce", "foreach", "label", "import", "include", "|=", "+=", "-=", "*=", "/=", "%=", "=", "@", "?//"];

    // Each may take the parser and the filter a level deeper.
    private const int MostTokens = 2000;

    private readonly List<JqToken> _tokens;
    private readonly Stack<string> _variables = new();
    private int _at;

    private JqParser(string text)
    {
        _tokens = JqToken.Read(text);
        if (_tokens.Count > MostTokens)
            throw new PachException($"the filter has {_tokens.Count} words and signs, and may have {MostTokens}");
    }

    private JqToken Next => _tokens[_at];

    public static JqExpression Parse(string text)
    {
        JqParser parser = new(text);
        JqExpression expression = parser.Pipe();
        return parser.Next.Kind == JqTokenKind.End ? expression : throw parser.Unexpected();
    }

    private JqExpression Pipe()
    {
        JqExpression left = Comma();
        if (Take("as"))
        {
            string name = Variable();
            Expect("|");
            _variables.Push(name);
            JqExpression body = Pipe();
            _variables.Pop();
            return (input, scope) => left(input, scope).SelectMany(value => body(input, new JqScope(name, value, scope)));
        }

        if (!Take("|"))
            return left;
        JqExpression right = Pipe();
        return (input, scope) => left(input, scope).SelectMany(value => right(value, scope));
    }

    private JqExpression Comma()
    {
        JqExpression left = Alternative();
        while (Take(","))
        {
            JqExpression first = left, second = Alternative();
            left = (input, scope) => first(input, scope).Concat(second(input, scope));
        }

        return left;
    }

    // The true values of the left, or else the right. An error on the left counts as no value.
    private JqExpression Alternative()
    {
        JqExpression left = Or();
        if (!Take("//"))
            return left;
        JqExpression right = Alternative();
        return (input, scope) =>
        {
            List<JsonNode?> found = [.. JqValue.UntilError(left, input, scope).Where(JqValue.IsTrue)];
            return found.Count > 0 ? found : right(input, scope);
        };
    }

    private JqExpression Or()
    {
        JqExpression left = And();
        while (Take("or"))
        {
            JqExpression first = left, second = And();
            left = (input, scope) => first(input, scope).SelectMany(a =>
                JqValue.IsTrue(a) ? [true] : second(input, scope).Select(b => (JsonNode?)JqValue.IsTrue(b)));
        }

        return left;
    }

    private JqExpression And()
    {
        JqExpression left = Comparison();
        while (Take("and"))
        {
            JqExpression first = left, second = Comparison();
            left = (input, scope) => first(input, scope).SelectMany(a =>
                JqValue.IsTrue(a) ? second(input, scope).Select(b => (JsonNode?)JqValue.IsTrue(b)) : [false]);
        }

        return left;
    }

    private JqExpression Comparison()
    {
        JqExpression left = Sum();
        string sign = Next.Text;
        if (Next.Kind != JqTokenKind.Symbol || sign is not ("==" or "!=" or "<" or "<=" or ">" or ">="))
            return left;
        _at++;
        JqExpression right = Sum();
        return Binary(left, right, (a, b) =>
        {
            int order = JqValue.Compare(a, b);
            return sign switch
            {
                "==" => order == 0,
                "!=" => order != 0,
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                _ => order >= 0,
            };
        });
    }

    private JqExpression Sum()
    {
        JqExpression left = Product();
        while (Next is { Kind: JqTokenKind.Symbol, Text: "+" or "-" })
        {
            string sign = _tokens[_at++].Text;
            left = Binary(left, Product(), (a, b) => JqValue.Calculate(sign, a, b));
        }

        return left;
    }

    private JqExpression Product()
    {
        JqExpression left = Postfix();
        while (Next is { Kind: JqTokenKind.Symbol, Text: "*" or "/" or "%" })
        {
            string sign = _tokens[_at++].Text;
            left = Binary(left, Postfix(), (a, b) => JqValue.Calculate(sign, a, b));
        }

        return left;
    }

    private JqExpression Postfix()
    {
        if (Take("-"))
        {
            JqExpression negated = Postfix();
            return (input, scope) => negated(input, scope).Select(value => JqValue.Calculate("-", 0, value));
        }

        JqExpression left = Term();
        while (true)
        {
            JqExpression target = left;
            if (Take("?"))
            {
                left = (input, scope) => JqValue.UntilError(target, input, scope);
            }
            else if (Next is { Kind: JqTokenKind.Symbol, Text: ['.', not '.', ..] })
            {
                string name = _tokens[_at++].Text[1..];
                left = (input, scope) => target(input, scope).Select(value => JqValue.Field(value, name));
            }
            else if (Next is { Kind: JqTokenKind.Symbol, Text: "." } && _tokens[_at + 1] is { Kind: JqTokenKind.Text } or { Text: "[" })
            {
                _at++;
                left = Next.Kind == JqTokenKind.Text ? Quoted(target) : target;
            }
            else if (Take("["))
            {
                left = Index(target);
            }
            else
            {
                return left;
            }
        }
    }

    private JqExpression Quoted(JqExpression target)
    {
        string name = _tokens[_at++].Text;
        return (input, scope) => target(input, scope).Select(value => JqValue.Field(value, name));
    }

    // After the opening bracket.
    private JqExpression Index(JqExpression target)
    {
        if (Take("]"))
            return (input, scope) => target(input, scope).SelectMany(JqValue.Each);
        JqExpression? from = Next.Text == ":" ? null : Pipe();
        if (Take(":"))
        {
            JqExpression? to = Next.Text == "]" ? null : Pipe();
            Expect("]");
            JqExpression nothing = (_, _) => [null];
            return (input, scope) =>
                from value in target(input, scope)
                from end in (to ?? nothing)(input, scope)
                from start in (@from ?? nothing)(input, scope)
                select JqValue.Slice(value, start, end);
        }

        Expect("]");
        return (input, scope) => target(input, scope).SelectMany(value => from!(input, scope).Select(key => JqValue.At(value, key)));
    }

    private JqExpression Term()
    {
        JqToken token = Next;
        if (token.Kind == JqTokenKind.End)
            throw Unexpected();
        _at++;
        switch (token.Kind)
        {
            case JqTokenKind.Text:
                return (_, _) => [token.Text];
            case JqTokenKind.Number:
                double number = double.Parse(token.Text, CultureInfo.InvariantCulture);
                return (_, _) => [number];
        }

        switch (token.Text)
        {
            case ".":
                JqExpression self = (input, _) => [input];
                return Next.Kind == JqTokenKind.Text ? Quoted(self) : self;
            case "..":
                return (input, _) => JqValue.Everything(input);
            case "(":
                JqExpression inner = Pipe();
                Expect(")");
                return inner;
            case "[":
                return Array();
            case "{":
                return Object();
            case "if":
                return If();
            case "try":
                JqExpression tried = Postfix();
                return Take("catch") ? Catch(tried, Postfix()) : (input, scope) => JqValue.UntilError(tried, input, scope);
            case ['$', _, ..]:
                return Known(token.Text[1..]);
            case ['.', ..]:
                string field = token.Text[1..];
                return (input, _) => [JqValue.Field(input, field)];
        }

        if (s_left.Contains(token.Text))
            throw new PachException(ErrorKind.Unimplemented, $"the local pachd's jq has no \"{token.Text}\": write the filter without it");
        if (!char.IsAsciiLetter(token.Text[0]) && token.Text[0] != '_' || token.Text is "then" or "elif" or "else" or "end" or "and" or "or" or "as" or "catch")
        {
            _at--;
            throw Unexpected();
        }

        return Call(token.Text);
    }

    private JqExpression Call(string name)
    {
        List<JqExpression> arguments = [];
        if (Take("("))
        {
            do
                arguments.Add(Pipe());
            while (Take(";"));
            Expect(")");
        }

        return JqFunctions.Find(name, arguments)
            ?? throw new PachException($"error compiling jq filter: function not defined: {name}/{arguments.Count}");
    }

    private JqExpression Array()
    {
        if (Take("]"))
            return (_, _) => [new JsonArray()];
        JqExpression items = Pipe();
        Expect("]");
        return (input, scope) => [new JsonArray([.. items(input, scope).Select(item => item?.DeepClone())])];
    }

    private JqExpression Object()
    {
        JqExpression made = (_, _) => [new JsonObject()];
        if (Take("}"))
            return made;
        do
        {
            (JqExpression key, JqExpression value) = Entry();
            JqExpression before = made;
            made = (input, scope) =>
                from whole in before(input, scope)
                from name in key(input, scope)
                from part in value(input, scope)
                select JqValue.With(whole!, name, part);
        }
        while (Take(","));
        Expect("}");
        return made;
    }

    // {name}, {"name"}, {$name}, {name: value}, {(key): value}
    private (JqExpression Key, JqExpression Value) Entry()
    {
        JqToken token = _tokens[_at++];
        if (token.Text == "(" && token.Kind == JqTokenKind.Symbol)
        {
            JqExpression computed = Pipe();
            Expect(")");
            Expect(":");
            return (computed, Alternative());
        }

        bool variable = token.Kind == JqTokenKind.Symbol && token.Text[0] == '$';
        string name = variable ? token.Text[1..] : token.Text;
        if (token.Kind is JqTokenKind.End or JqTokenKind.Number || (token.Kind == JqTokenKind.Symbol && !char.IsAsciiLetter(name.FirstOrDefault('_')) && name[0] != '_'))
        {
            _at--;
            throw Unexpected();
        }

        JqExpression key = (_, _) => [name];
        if (Take(":"))
            return (key, Alternative());
        return (key, variable ? Known(name) : (input, _) => [JqValue.Field(input, name)]);
    }

    private JqExpression If()
    {
        JqExpression condition = Pipe();
        Expect("then");
        JqExpression then = Pipe();
        JqExpression otherwise = (input, _) => [input];
        if (Take("elif"))
        {
            otherwise = If();
        }
        else
        {
            if (Take("else"))
                otherwise = Pipe();
            Expect("end");
        }

        return (input, scope) => condition(input, scope).SelectMany(value => (JqValue.IsTrue(value) ? then : otherwise)(input, scope));
    }

    private static JqExpression Catch(JqExpression tried, JqExpression handler)
    {
        return (input, scope) =>
        {
            string? error = null;
            List<JsonNode?> values = [.. JqValue.UntilError(tried, input, scope, message => error = message)];
            return error is null ? values : values.Concat(handler(error, scope));
        };
    }

    private static JqExpression Binary(JqExpression left, JqExpression right, Func<JsonNode?, JsonNode?, JsonNode?> apply)
        => (input, scope) => right(input, scope).SelectMany(b => left(input, scope).Select(a => apply(a, b)));

    private JqExpression Known(string variable)
        => _variables.Contains(variable)
            ? (_, scope) => [scope.Find(variable)]
            : throw new PachException($"error compiling jq filter: variable not defined: ${variable}");

    private string Variable()
    {
        JqToken token = Next;
        if (token.Kind != JqTokenKind.Symbol || token.Text is not ['$', _, ..])
            throw Unexpected();
        _at++;
        return token.Text[1..];
    }

    private bool Take(string symbol)
    {
        if (Next.Kind != JqTokenKind.Symbol || Next.Text != symbol)
            return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
            throw Unexpected();
    }

    private PachException Unexpected()
        => JqToken.Unexpected(Next.Kind == JqTokenKind.End ? Next.Text : $"\"{Next.Text}\"");
}
