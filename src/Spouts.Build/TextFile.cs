using System.Text;

namespace Spouts.Build;

/// <summary>Writes text files so that a build that changes nothing touches nothing.</summary>
internal static class TextFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes the text unless the file already holds it, byte for byte.</summary>
    /// <returns>Whether it wrote.</returns>
    public static bool WriteIfChanged(string path, string text)
    {
        byte[] bytes = Utf8.GetBytes(text);
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            return false;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return true;
    }
}
