using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Spouts.Generators.Tests;

/// <summary>
/// Compares with a file beside the test, in Verify's conventions: <c>Class.Test.verified.cs</c> is what was approved,
/// <c>Class.Test.received.cs</c> what came instead; rename the latter to approve it.
/// </summary>
internal static partial class Snapshot
{
    public static void Verify(string received, [CallerFilePath] string testFile = "", [CallerMemberName] string test = "")
    {
        received = Version().Replace(received, "\"Spouts.Generators\", \"VERSION\"");
        string stem = Path.Combine(Path.GetDirectoryName(testFile)!, $"{Path.GetFileNameWithoutExtension(testFile)}.{test}");
        string verifiedFile = stem + ".verified.cs";
        string receivedFile = stem + ".received.cs";
        string verified = File.Exists(verifiedFile) ? File.ReadAllText(verifiedFile) : "";
        if (verified == received)
        {
            File.Delete(receivedFile);
            return;
        }

        File.WriteAllText(receivedFile, received);
        Assert.Fail($"{receivedFile} differs from what was approved:\n{received}");
    }

    [GeneratedRegex("\"Spouts.Generators\", \"[0-9.]+\"")]
    private static partial Regex Version();
}
