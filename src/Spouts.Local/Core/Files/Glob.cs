using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Spouts.Local.Core.Files;

/// <summary>
/// Pachyderm's globs: <c>*</c> stays within one path element, <c>**</c> does not; <c>?</c>, <c>[a-b]</c>, <c>[!a]</c>,
/// <c>{a,b}</c> and <c>@() +() *() ?() !()</c>. Quirks of the real server are kept: an open bracket other than <c>[</c>
/// counts as closed at the end, and backslash escapes never match.
/// </summary>
internal sealed class Glob
{
    private const int MostRead = 100_000;

    // No path takes a sane pattern longer; one that backtracks without end must not keep a thread for good.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);
    private static readonly System.Buffers.SearchValues<char> s_special = System.Buffers.SearchValues.Create("*?[]{}!()@+^");
    private readonly string _text;
    private readonly Regex _regex;
    private int _at;
    private int _read;

    public Glob(string pattern)
    {
        _text = pattern;
        string body = Sequence("");
        try
        {
            _regex = new Regex($@"\A(?:{body})\z", RegexOptions.CultureInvariant | RegexOptions.Singleline, s_longest);
        }
        catch (RegexParseException e)
        {
            throw new PachException(Describe(e, body));
        }

        int special = pattern.AsSpan().IndexOfAny(s_special);
        LiteralPrefix = special < 0 ? pattern : pattern[..special];
    }

    /// <summary>What every match begins with.</summary>
    public string LiteralPrefix { get; }

    public bool Matches(string path)
        => path == "/" ? _text == "/" : _regex.IsMatch(path.TrimEnd('/'));

    private static string Describe(RegexParseException e, string body)
        => e.Error == RegexParseError.ReversedCharacterRange
            ? $@"error parsing regexp: [x-y] range in reverse order in `\A{body}\z`"
            : $@"error parsing regexp: unrecognized escape sequence \z in `\A{body}\z`";

    // Parses up to one of the characters in "until", which it leaves unread.
    private string Sequence(string until)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        StringBuilder regex = new();
        while (_at < _text.Length && !until.Contains(_text[_at], StringComparison.Ordinal))
            regex.Append(Item(until));
        return regex.ToString();
    }

    private string Item(string until)
    {
        // What follows a !(...) is read twice, so that a row of them would take forever.
        if (++_read > MostRead)
            throw new PachException("the glob pattern is too long, or has too many !(...)");
        char c = _text[_at++];
        bool group = _at < _text.Length && _text[_at] == '(';
        switch (c)
        {
            case '@' or '+' or '*' or '?' when group:
                _at++;
                return $"(?:{Alternatives(")", '|')})" + (c == '@' ? "" : c.ToString());
            case '!' when group:
                _at++;
                string unwanted = Alternatives(")", '|');
                int resume = _at;
                string rest = Sequence(until);
                _at = resume;
                // What follows decides where the negated part would have ended.
                return $"(?!(?:{unwanted}){rest}(?:/|\\z))[^/]*?";
            case '*':
                bool crosses = _at < _text.Length && _text[_at] == '*';
                while (_at < _text.Length && _text[_at] == '*')
                    _at++;
                return crosses ? ".*" : "[^/]*";
            case '?':
                return "[^/]";
            case '[':
                return Class();
            case '{':
                return $"(?:{Alternatives("}", ',')})";
            case '(':
                return $"(?:{Alternatives(")", '|')})";
            case '\\':
                // The real server's parser loses the escaped character; such a pattern matches nothing.
                return "(?!)";
            default:
                return Regex.Escape(c.ToString()).Replace("]", "\\]", StringComparison.Ordinal).Replace("}", "\\}", StringComparison.Ordinal);
        }
    }

    private string Alternatives(string close, char separator)
    {
        List<string> alternatives = [];
        do
        {
            alternatives.Add(Sequence(close + separator));
        }
        while (_at < _text.Length && _text[_at++] == separator);
        return string.Join('|', alternatives);
    }

    private string Class()
    {
        StringBuilder set = new("[");
        if (_at < _text.Length && _text[_at] is '!' or '^')
        {
            set.Append('^');
            _at++;
        }

        int close = _text.IndexOf(']', _at);
        if (close < 0)
            throw new PachException("unexpected end of input");
        set.Append(_text, _at, close - _at).Append(']');
        _at = close + 1;
        return set.ToString();
    }
}
