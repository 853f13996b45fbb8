using System.Text.Json;

namespace Spouts.Build.Tests.RealBuilds;

/// <summary>A program, a class library of spouts and the library's tests, built from source.</summary>
public sealed class LibraryTests : IDisposable
{
    private readonly RealProject _program = RealProject.InRepo(
        Spout("clicks"),
        "<DefaultItemExcludes>$(DefaultItemExcludes);shop/**;tests/**</DefaultItemExcludes>",
        """<ItemGroup><ProjectReference Include="shop/Shop.csproj" /></ItemGroup>""");

    public LibraryTests() => _program.AddInRepo("shop/Shop.csproj", Spout("orders"), "<OutputType>Library</OutputType>");

    public void Dispose() => _program.Dispose();

    [Fact]
    public void A_program_has_the_spouts_of_its_library_and_the_library_has_no_specs()
    {
        _program.Dotnet($"build -c {Configuration.Name} -warnaserror");

        string output = $"bin/{Configuration.Name}/net10.0";
        Assert.Equal(
            ["Dockerfile", "Dockerfile.dockerignore", "clicks/pipeline.json", "orders/pipeline.json"], _program.Folder.Files($"{output}/spouts"));
        Assert.Contains("Shop.dll", _program.Folder.Files($"shop/{output}"));
        Assert.DoesNotContain(_program.Folder.Files("shop"), static file => file.Contains("spouts", StringComparison.Ordinal));
        using JsonDocument specs = JsonDocument.Parse(_program.Dotnet($"{output}/Demo.dll spec"));
        Assert.Equal(
            ["clicks", "orders"],
            specs.RootElement.EnumerateArray().Select(static spec => spec.GetProperty("pipeline").GetProperty("name").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_tests_of_a_library_have_none()
    {
        _program.AddInRepo(
            "tests/Tests.csproj",
            "public static class Tests { public static void Main() { } }",
            "<OutputType>Exe</OutputType><IsTestProject>true</IsTestProject>",
            """<ItemGroup><ProjectReference Include="../shop/Shop.csproj" /></ItemGroup>""");

        _program.Dotnet($"build tests/Tests.csproj -c {Configuration.Name} -warnaserror");

        string output = $"bin/{Configuration.Name}/net10.0";
        Assert.Contains("Shop.dll", _program.Folder.Files($"tests/{output}"));
        Assert.DoesNotContain(_program.Folder.Files("tests"), static file => file.Contains("spouts", StringComparison.Ordinal));
    }

    private static string Spout(string name) =>
        $$"""
        [Spouts.Spout("{{name}}")]
        public class {{char.ToUpperInvariant(name[0])}}{{name[1..]}}
        {
            [Spouts.Poll("1m")]
            public Spouts.SpoutFile[] Fetch() => [];
        }
        """;
}
