using System.Globalization;
using System.Text;

namespace Spouts;

/// <summary>
/// Pachyderm's rules for paths: printable ASCII without the glob characters <c>* ? [ ] { } ! ( ) @ + ^</c> and without
/// <c>.</c> or <c>..</c> elements.
/// </summary>
public static class SpoutPath
{
    private const string GlobCharacters = "*?[]{}!()@+^";

    /// <summary>
    /// The path as Pachyderm keeps it: with a leading slash, without doubled or trailing ones.
    /// </summary>
    /// <param name="path">A path as a source wrote it.</param>
    /// <returns>The normalised path.</returns>
    /// <exception cref="ArgumentException">Pachyderm would refuse the path, or it names the root.</exception>
    public static string Normalize(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        foreach (char c in path)
        {
            if (c is < ' ' or > '~')
                throw Refused(path, $"only printable ASCII characters are allowed, not U+{(int)c:X4}; encode the part that varies with SpoutPath.Encode");
            if (GlobCharacters.Contains(c, StringComparison.Ordinal))
                throw Refused(path, $"the glob character '{c}' is not allowed; encode the part that varies with SpoutPath.Encode");
            if (c == '\\')
                throw Refused(path, "a file with a backslash in its path can be written but not read; encode the part that varies with SpoutPath.Encode");
        }

        string[] elements = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (elements.Length == 0)
            throw Refused(path, "it names no file");
        foreach (string element in elements)
        {
            if (element is "." or "..")
                throw Refused(path, $"the element '{element}' is not allowed");
        }

        return string.Concat("/", string.Join('/', elements));
    }

    /// <summary>
    /// Percent-encodes text from outside so that it can be one element of a path. Reversible: <see cref="Decode"/>.
    /// </summary>
    /// <param name="element">Any text, such as a topic, an address or a time.</param>
    /// <returns>Letters, digits and <c>- _ . ~</c> as they are, everything else as <c>%XX</c> of its UTF-8 bytes.</returns>
    /// <exception cref="ArgumentException">The text is empty: there is no such element.</exception>
    public static string Encode(string element)
    {
        ArgumentException.ThrowIfNullOrEmpty(element);
        bool dots = element is "." or "..";
        StringBuilder encoded = new(element.Length + 8);
        foreach (byte b in Encoding.UTF8.GetBytes(element))
        {
            char c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '~' || (c == '.' && !dots))
                encoded.Append(c);
            else
                encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    /// <summary>The text that <see cref="Encode"/> was given.</summary>
    /// <param name="element">An element of a path.</param>
    /// <returns>The decoded text.</returns>
    public static string Decode(string element) => Uri.UnescapeDataString(element);

    /// <summary>The folders that a path lies in, from the innermost to the outermost, without the root.</summary>
    internal static IEnumerable<string> Folders(string path)
    {
        for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            yield return path[..slash];
    }

    private static ArgumentException Refused(string path, string why) =>
        new($"Pachyderm cannot keep a file at '{path}': {why}.");
}
