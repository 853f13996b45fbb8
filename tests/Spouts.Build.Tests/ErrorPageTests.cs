using System.Reflection;

namespace Spouts.Build.Tests;

public sealed class ErrorPageTests
{
    public static TheoryData<string> Codes =>
        [.. typeof(ErrorCodes).GetFields(BindingFlags.Static | BindingFlags.Public).Select(static code => (string)code.GetRawConstantValue()!)];

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
}
