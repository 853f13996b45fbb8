using System.Reflection;
using System.Text.RegularExpressions;

namespace Spouts.Build.Tests;

public sealed partial class ErrorPageTests
{
    public static TheoryData<string> Codes =>
    [
        .. typeof(ErrorCodes).GetFields(BindingFlags.Static | BindingFlags.Public).Select(static code => (string)code.GetRawConstantValue()!),
        .. CodeOfTarget().Matches(File.ReadAllText(Repo.File("src/Spouts.Build/build/Spouts.Framework.targets")))
            .Select(static code => code.Groups[1].Value),
    ];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Each_code_has_a_page_in_the_index(string code)
    {
        string title = File.ReadLines(Repo.File($"docs/diagnostics/{code}.md")).First();

        Assert.StartsWith($"# {code}: ", title, StringComparison.Ordinal);
        Assert.Contains(
            $"| [{code}]({code}.md) | {title[$"# {code}: ".Length..]} |\n",
            File.ReadAllText(Repo.File("docs/diagnostics/README.md")), StringComparison.Ordinal);
    }

    [GeneratedRegex("<Error Code=\"([^\"]+)\"")]
    private static partial Regex CodeOfTarget();
}
