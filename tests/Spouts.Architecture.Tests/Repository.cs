using System.Runtime.CompilerServices;

namespace Spouts.Architecture;

/// <summary>The checkout that this test was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    public static string Project(string name) => Path.Combine(Root, "src", name);

    private static string Here([CallerFilePath] string path = "") => path;
}
