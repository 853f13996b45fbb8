using System.Reflection;
using System.Runtime.CompilerServices;

namespace Spouts.Tests.Annotations;

/// <summary>The reference says all that an author can write.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<Type> Annotations => [.. typeof(SpoutAttribute).Assembly.GetExportedTypes()
        .Where(static type => type.IsSubclassOf(typeof(Attribute)) && type.Namespace == "Spouts")];

    [Theory]
    [MemberData(nameof(Annotations))]
    public void An_annotation_has_a_page_that_names_each_of_its_members_and_their_values(Type annotation)
    {
        string name = annotation.Name[..^nameof(Attribute).Length];
        string page = File.ReadAllText(Path.Combine(Reference(), $"{name.ToLowerInvariant()}.md"));
        PropertyInfo[] members = annotation.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        IEnumerable<string> values = members.Where(static member => member.PropertyType.IsEnum).SelectMany(static member => Enum.GetNames(member.PropertyType));

        Assert.StartsWith($"# `[{name}]`\n", page, StringComparison.Ordinal);
        Assert.All(members.Select(static member => member.Name).Concat(values), word => Assert.Contains($"`{word}`", page, StringComparison.Ordinal));
        Assert.Contains($"({name.ToLowerInvariant()}.md)", File.ReadAllText(Path.Combine(Reference(), "README.md")), StringComparison.Ordinal);
    }

    private static string Reference([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(here, "..", "..", "..", "..", "docs", "reference"));
}
