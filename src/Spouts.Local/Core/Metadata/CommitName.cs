using System.Globalization;
using System.Text.RegularExpressions;

namespace Spouts.Local.Core.Metadata;

/// <summary>
/// How the text of a commit names it: by id or branch, and how far away. <c>^</c>, <c>^^</c>, <c>~3</c> go back; <c>.1</c> is
/// the root of a branch, <c>.3</c> the third commit from there, and <c>.3^</c> the one before that.
/// </summary>
/// <param name="Start">An id in lower case, or a branch.</param>
/// <param name="Back">So many commits before the start; null: the text has no such suffix.</param>
/// <param name="FromRoot">So many commits after the root of the start's line; null: the text has no such suffix.</param>
internal sealed partial record CommitName(string Start, bool IsId, uint? Back, uint? FromRoot)
{
    /// <summary>Reads <c>project/repo@name</c> with its suffix.</summary>
    public static CommitName Parse(string text)
    {
        int name = text.IndexOf('@') + 1;
        int length = text.AsSpan(name).IndexOfAny("^~.");
        if (length < 0)
            return Of(text[name..], null, null);
        (long back, long root) = Offsets(text, text[(name + length)..]);
        string start = text.Substring(name, length);
        // The real server counts in 32 bits: .0 wraps around, and so do huge offsets.
        if (text.IndexOf('.', name) < 0)
            return Of(start, unchecked((uint)back), null);
        if (LooksLikeId().IsMatch(start))
        {
            throw new PachException(
                $"unmarshal branch picker {text[..(name + length)]}: invalid branch picker: name refers to a commit, not a branch");
        }

        return Of(start, null, unchecked((uint)(root - back)));
    }

    private static CommitName Of(string start, uint? back, uint? fromRoot)
        => LooksLikeId().IsMatch(start) ? new(start.ToLowerInvariant(), true, back, fromRoot) : new(start, false, back, fromRoot);

    private static (long Back, long Root) Offsets(string text, string suffix)
    {
        Match match = Suffix().Match(suffix);
        if (!match.Success)
            throw Malformed(text, "count offset and clean: invalid ancestry format");
        long root = match.Groups["root"] is { Length: > 0 } number ? Number(text, number.Value[1..], "invalid descendants format") - 1 : 0;
        string steps = match.Groups["back"].Value;
        long back = steps.Length > 1 && char.IsAsciiDigit(steps[1]) ? Number(text, steps[1..], "invalid ancestor format") : steps.Length;
        if (match.Groups["root"].Length > 0 && back > root && back != 0)
            throw Malformed(text, "there should be less ancestors than descendants");
        return (back, root);
    }

    private static long Number(string text, string digits, string otherwise)
        => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw Malformed(text, otherwise);

    private static PachException Malformed(string text, string what) => new($"calculate offset {text}: {what}");

    [GeneratedRegex(@"^(?<root>\.[0-9]+)?(?<back>\^+|\^[0-9]+|~+|~[0-9]+)?\z")]
    private static partial Regex Suffix();

    [GeneratedRegex("^[0-9a-fA-F]{12}4[0-9a-fA-F]{19}\\z")]
    private static partial Regex LooksLikeId();
}
