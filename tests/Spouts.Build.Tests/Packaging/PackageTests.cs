namespace Spouts.Build.Tests.Packaging;

/// <summary>The package as somebody who knows nothing of this repository uses it.</summary>
[Collection(nameof(PackedFeed))]
public sealed class PackageTests(PackedFeed feed)
{
    private const string Clock =
        """
        using Spouts;

        [Spout("clock", Description = "What time it is.")]
        public sealed class Clock
        {
            [Poll("1m")]
            public SpoutFile[] Tick(Cursor<int> ticks) => [SpoutFile.Text($"/{++ticks.Value}", "now")];
        }
        """;

    [Theory]
    [InlineData("Spouts.Framework")]
    [InlineData("Spouts.Testing")]
    public void The_package_holds_what_was_approved(string package)
    {
        string received = string.Concat(feed.Contents(package).Select(static file => $"{file}\n"));
        string stem = Repo.File($"tests/Spouts.Build.Tests/Packaging/PackageTests.{package}");

        if (File.Exists($"{stem}.verified.txt") && File.ReadAllText($"{stem}.verified.txt") == received)
        {
            File.Delete($"{stem}.received.txt");
            return;
        }

        File.WriteAllText($"{stem}.received.txt", received);
        Assert.Fail($"{stem}.received.txt differs from what was approved:\n{received}");
    }

    [Fact]
    public void A_project_with_the_package_alone_runs_against_the_local_pachd_in_it_and_publishes_without_it()
    {
        feed.Write("alone/Alone.csproj", Program($"""<PackageReference Include="Spouts.Framework" Version="{feed.Version}" />"""));
        feed.Write("alone/Clock.cs", Clock);

        feed.Run("alone", "build -warnaserror");

        feed.AssertCommits("alone");
        feed.AssertPublishes("alone", "clock");
    }

    [Fact]
    public void A_project_gets_all_of_it_through_a_library_as_well()
    {
        feed.Write("through/Library/Library.csproj", Library());
        feed.Write("through/Library/Texts.cs", "public static class Texts { public static string Now => \"now\"; }");
        feed.Write("through/App/App.csproj", Program("""<ProjectReference Include="../Library/Library.csproj" />"""));
        feed.Write("through/App/Clock.cs", Clock.Replace("\"now\"", "Texts.Now", StringComparison.Ordinal));

        feed.Run("through/App", "build -warnaserror");

        feed.AssertCommits("through/App");
        feed.AssertPublishes("through/App", "clock");
        Assert.DoesNotContain(feed.Folder.Files("through/Library/bin"), static file => file.Contains("spouts", StringComparison.Ordinal));
    }

    [Fact]
    public void A_compiler_that_is_too_old_for_the_generator_is_an_error_with_a_code()
    {
        feed.Write("old/Old.csproj", Program($"""<PackageReference Include="Spouts.Framework" Version="{feed.Version}" />"""));
        feed.Write("old/Clock.cs", Clock);

        string output = feed.Run("old", "build -p:CompilerApiVersion=roslyn4.7", succeeds: false);

        Assert.Contains($"{feed.Folder.File("old/Old.csproj")} : error SPOUTB009: Spouts needs the compiler of Roslyn 4.8", output, StringComparison.Ordinal);
        feed.Run("old", "build --no-restore -p:CompilerApiVersion=roslyn4.8");
    }

    [Fact]
    public void A_program_for_an_older_framework_is_told_so_by_its_restore()
    {
        feed.Write("older/Older.csproj", Program($"""<PackageReference Include="Spouts.Framework" Version="{feed.Version}" />""").Replace("net10.0", "net9.0", StringComparison.Ordinal));
        feed.Write("older/Clock.cs", Clock);

        string output = feed.Run("older", "build", succeeds: false);

        Assert.Contains("error NU1202: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("error CS", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_links_to_its_page_in_the_package_and_cannot_be_turned_off()
    {
        feed.Write("wrong/Wrong.csproj", Project("<OutputType>Exe</OutputType><NoWarn>$(NoWarn);SPOUT010</NoWarn>", $"""<PackageReference Include="Spouts.Framework" Version="{feed.Version}" />"""));
        feed.Write("wrong/.editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.SPOUT010.severity = none\n");
        feed.Write("wrong/Suppressions.cs", "[assembly: System.Diagnostics.CodeAnalysis.SuppressMessage(\"Spouts\", \"SPOUT010\")]");
        feed.Write("wrong/Clock.cs", "#pragma warning disable SPOUT010\n" + Clock.Replace("1m", "often", StringComparison.Ordinal));

        string output = feed.Run("wrong", "build", succeeds: false);

        string line = Assert.Single(output.Split('\n', StringSplitOptions.TrimEntries).Where(static line => line.Contains(": error", StringComparison.Ordinal)).Distinct());
        Assert.Contains("error SPOUT010: 'often'", line, StringComparison.Ordinal);
        string link = line[line.IndexOf("(file:///", StringComparison.Ordinal)..].Split('(', ')')[1];
        Assert.StartsWith("# SPOUT010", File.ReadAllText(new Uri(link).LocalPath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("11")]
    [InlineData("10")]
    public void A_language_that_is_too_old_is_one_error(string version)
    {
        feed.Write($"language{version}/Language.csproj", Project($"<OutputType>Exe</OutputType><LangVersion>{version}</LangVersion>", $"""<PackageReference Include="Spouts.Framework" Version="{feed.Version}" />"""));
        feed.Write($"language{version}/Clock.cs", Clock.Replace("=> [SpoutFile.Text($\"/{++ticks.Value}\", \"now\")]", "=> new[] { SpoutFile.Text(\"/now\", \"now\") }", StringComparison.Ordinal));

        string output = feed.Run($"language{version}", "build", succeeds: false);

        string line = Assert.Single(output.Split('\n', StringSplitOptions.TrimEntries).Where(static line => line.Contains(": error", StringComparison.Ordinal)).Distinct());
        Assert.Contains($"error SPOUT046: Generated code is C# 12, and this project is compiled as C# {version}.0", line, StringComparison.Ordinal);
    }

    private static string Program(string reference) => Project("<OutputType>Exe</OutputType>", reference);

    private string Library() => Project("", $"""<PackageReference Include="Spouts.Framework" Version="{feed.Version}" />""");

    private static string Project(string property, string reference) =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            {property}
          </PropertyGroup>
          <ItemGroup>
            {reference}
          </ItemGroup>
        </Project>
        """;
}
