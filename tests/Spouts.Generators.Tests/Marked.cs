using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Spouts.Generators.Tests;

/// <summary>
/// Source whose mistakes are marked where they should be reported: <c>{|SPOUT001:"Bad"|}</c>, as in Roslyn's own testing
/// library.
/// </summary>
internal sealed partial class Marked
{
    private Marked(string source, IReadOnlyList<Mistake> mistakes)
    {
        Source = source;
        Mistakes = mistakes;
    }

    /// <summary>The source without marks.</summary>
    public string Source { get; }

    public IReadOnlyList<Mistake> Mistakes { get; }

    public static Marked Parse(string marked)
    {
        StringBuilder source = new();
        List<Mistake> mistakes = [];
        int end = 0;
        foreach (Match mark in Mark().Matches(marked))
        {
            source.Append(marked, end, mark.Index - end);
            string text = mark.Groups["text"].Value;
            foreach (string id in mark.Groups["ids"].Value.Split(','))
                mistakes.Add(new(id, new TextSpan(source.Length, text.Length), text));
            source.Append(text);
            end = mark.Index + mark.Length;
        }

        return new(source.Append(marked, end, marked.Length - end).ToString(), mistakes);
    }

    /// <summary>
    /// Asserts that exactly the marked mistakes are reported, each at its place, and that they are all that is wrong: the
    /// compiler has nothing to say about the program that is left.
    /// </summary>
    public static void Verify(string marked)
    {
        Marked expected = Parse(marked);
        Outcome outcome = Compiled.Run(expected.Source);
        Assert.Equal(
            expected.Mistakes.OrderBy(static mistake => mistake.Span).ThenBy(static mistake => mistake.Id, StringComparer.Ordinal),
            outcome.Reported
                .Select(reported => Found(reported, expected.Source))
                .OrderBy(static mistake => mistake.Span)
                .ThenBy(static mistake => mistake.Id, StringComparer.Ordinal));
        Assert.Empty(outcome.Complaints);
    }

    private static Mistake Found(Diagnostic reported, string source)
    {
        Assert.Equal("Demo.cs", reported.Location.GetLineSpan().Path);
        TextSpan span = reported.Location.SourceSpan;
        return new(reported.Id, span, source.Substring(span.Start, span.Length));
    }

    [GeneratedRegex(@"\{\|(?<ids>[A-Z0-9,]+):(?<text>.*?)\|\}", RegexOptions.Singleline)]
    private static partial Regex Mark();

    /// <summary>A mistake at its place.</summary>
    internal sealed record Mistake(string Id, TextSpan Span, string Text);
}
