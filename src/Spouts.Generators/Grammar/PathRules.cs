namespace Spouts.Generators.Grammar;

/// <summary>Pachyderm's rules for paths, as <c>SpoutPath.Normalize</c> has them; a test compares the two.</summary>
internal static class PathRules
{
    private const string GlobCharacters = "*?[]{}!()@+^";
    private const string Cure = "encode the part that varies with SpoutPath.Encode";

    /// <summary>What is wrong with a whole path; null for a legal one.</summary>
    public static string? Problem(string path)
    {
        string[] elements = path.Split(['/'], StringSplitOptions.RemoveEmptyEntries);
        return ProblemOfCharacters(path)
            ?? (elements.Length == 0 ? "it names no file" : null)
            ?? elements.Where(static element => element is "." or "..").Select(ProblemOfElement).FirstOrDefault();
    }

    /// <summary>What is wrong with a part of a path, whatever stands around it; null if there may be nothing.</summary>
    public static string? ProblemOfPart(string part)
    {
        string[] elements = part.Split('/');
        return ProblemOfCharacters(part)
            ?? elements.Skip(1).Take(elements.Length - 2).Where(static element => element is "." or "..").Select(ProblemOfElement).FirstOrDefault();
    }

    private static string ProblemOfElement(string element) => $"the element '{element}' is not allowed";

    private static string? ProblemOfCharacters(string text)
    {
        foreach (char c in text)
        {
            if (c is < ' ' or > '~')
                return $"only printable ASCII characters are allowed, not U+{(int)c:X4}; {Cure}";
            if (GlobCharacters.IndexOf(c) >= 0)
                return $"the glob character '{c}' is not allowed; {Cure}";
            if (c == '\\')
                return $"a file with a backslash in its path can be written but not read; {Cure}";
        }

        return null;
    }
}
