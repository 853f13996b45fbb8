using System.Reflection;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.DependencyInjection;
using Spouts.Hosting;

namespace Spouts.Generators.Tests;

/// <summary>Spouts of the libraries that a program refers to are spouts of the program.</summary>
public sealed class LibraryTests
{
    private const string Clicks = """namespace Shop; [Spouts.Spout("clicks", Project = "web")] internal class Clicks { [Spouts.Poll("30s")] public Spouts.SpoutFile[] Fetch() => []; }""";
    private const string Views = """namespace Web; [Spouts.Spout("views")] public class Views { [Spouts.Poll("1m")] public Spouts.SpoutFile[] Fetch() => []; }""";
    private const string Orders = """[Spouts.Spout("orders")] public class Orders { [Spouts.Poll("1h")] public Spouts.SpoutFile[] Fetch() => []; }""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_program_registers_and_describes_them(bool asMetadata)
    {
        Outcome shop = Library("Shop.Web-2", Clicks);
        Outcome web = Library("Web", Views, Reference(shop, asMetadata));

        Outcome program = Program(Orders, Reference(shop, asMetadata), Reference(web, asMetadata)).Clean();

        Assert.Equal(["clicks", "orders", "views"], ManifestOf(program));
        Assert.Contains("\"project\":\"web\"", program.File("Spouts.Manifest.g.cs"), StringComparison.Ordinal);
        Assert.Equal(["orders", "clicks", "views"], Registered(program, shop, web));
    }

    [Fact]
    public void A_program_without_spouts_of_its_own_runs_them()
    {
        Outcome shop = Library("Shop", Clicks);

        Outcome program = Program("public static class Nothing;", Reference(shop, asMetadata: true)).Clean();

        Assert.Equal(["clicks"], ManifestOf(program));
        Assert.NotNull(program.File("Spouts.Main.g.cs"));
        Assert.Equal(["clicks"], Registered(program, shop));
    }

    [Fact]
    public void A_library_has_only_its_own()
    {
        Outcome shop = Library("Shop", Clicks);

        Assert.Equal(["views"], ManifestOf(Library("Web", Views, Reference(shop, asMetadata: true))));
        Outcome empty = Library("Empty", "public static class Nothing;", Reference(shop, asMetadata: true));
        Assert.Equal(["Spouts.Library.g.cs"], empty.Result.GeneratedSources.Select(static file => file.HintName));
    }

    [Theory]
    [InlineData("a-b", "a_b")]
    [InlineData("a.b", "a_b")]
    [InlineData("a.b", "a__b")]
    [InlineData("a.-b", "a-.b")]
    [InlineData("a.2d.b", "a.-.b")]
    [InlineData("a", "a.LibrarySpouts")]
    [InlineData("2fast", "_2fast")]
    [InlineData("ü", "u")]
    [InlineData("a\u200db", "ab")]
    [InlineData("class", "_class")]
    [InlineData("Program", "CursorCodecs")]
    [InlineData("Libraries", "Spouts.Generated")]
    [InlineData("System", "Microsoft.Extensions")]
    public void Libraries_of_any_two_names_go_together(string one, string another)
    {
        Outcome clicks = Library(one, Clicks);
        Outcome views = Library(another, Views);

        Outcome program = Program(
            Orders.Replace("Fetch()", "Fetch(Spouts.Cursor<List<int>> last)", StringComparison.Ordinal), Reference(clicks, asMetadata: true), Reference(views, asMetadata: false)).Clean();

        Assert.Equal(["orders", "clicks", "views"], Registered(program, clicks, views).Order(StringComparer.Ordinal).OrderByDescending(static name => name == "orders"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_program_that_does_not_see_a_library_behind_another_is_told(bool asMetadata)
    {
        Outcome shop = Library("Shop", Clicks);
        Outcome middle = Library("Middle", "public static class Nothing;", Reference(shop, asMetadata));
        Outcome both = Library("Both", Views, Reference(shop, asMetadata));

        Outcome program = Program(Orders, Reference(middle, asMetadata), Reference(both, asMetadata));

        Assert.Equal(
            [
                "SPOUT057: The spout 'clicks' of the library 'Shop' is left out: 'Both' refers to the library, but this project does not; refer to 'Shop' here too",
                "SPOUT057: The spout 'clicks' of the library 'Shop' is left out: 'Middle' refers to the library, but this project does not; refer to 'Shop' here too",
            ],
            program.Reported.Select(static mistake => $"{mistake.Id}: {Text(mistake)}").Order(StringComparer.Ordinal));
        Assert.Empty(program.Complaints);
        Assert.Equal(["orders", "views"], ManifestOf(program));
    }

    [Fact]
    public void Libraries_may_be_experimental_as_a_whole()
    {
        Outcome shop = Library("Shop", "[assembly: System.Diagnostics.CodeAnalysis.Experimental(\"SHOP1\")]\n" + Clicks);
        Outcome middle = Library("Middle", "public static class Nothing;", Reference(shop, asMetadata: true));

        Assert.Equal(["orders", "clicks"], Registered(Program(Orders, Reference(shop, asMetadata: true), Reference(middle, asMetadata: true)).Clean(), shop, middle));
    }

    [Fact]
    public void A_library_tells_a_program_nothing_twice()
    {
        MetadataReference shop = Reference(Library("Shop", Clicks), asMetadata: true);
        MetadataReference middle = Reference(Library("Middle", "public static class Nothing;", shop), asMetadata: true);

        Assert.Equal(["clicks", "orders"], ManifestOf(Program(Orders, middle, shop).Clean()));
    }

    [Fact]
    public void A_library_that_comes_into_sight_is_in_the_program()
    {
        MetadataReference shop = Reference(Library("Shop", Clicks), asMetadata: true);
        MetadataReference middle = Reference(Library("Middle", "public static class Nothing;", shop), asMetadata: true);
        Assert.Single(Program(Orders, middle).Reported);

        Assert.Equal(["clicks", "orders"], ManifestOf(Program(Orders, middle, shop).Clean()));
        Assert.Single(Program(Orders, middle).Reported);
    }

    [Fact]
    public void What_refers_to_a_program_merges_nothing()
    {
        Outcome program = Program(Orders).Clean();

        Assert.Empty(Program("System.Console.WriteLine();", Reference(program, asMetadata: true)).Clean().Result.GeneratedSources);
    }

    [Fact]
    public void The_tests_of_a_program_take_the_spouts_of_its_libraries_through_it()
    {
        MetadataReference shop = Reference(Library("Shop", Clicks), asMetadata: true);
        Outcome program = Program(Orders, shop).Clean();

        Assert.Empty(Program("System.Console.WriteLine();", shop, Reference(program, asMetadata: true)).Clean().Result.GeneratedSources);
    }

    [Fact]
    public void Friends_do_not_take_each_other_for_themselves()
    {
        Outcome shop = Library("Shop", "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Demo\")]\n" + Clicks);

        Outcome program = Program(Orders, Reference(shop, asMetadata: true)).Clean();

        Assert.Equal(["orders", "clicks"], Registered(program, shop));
    }

    [Theory]
    [InlineData("", "orders")]
    [InlineData("""[Spouts.Spout("double")] public class Double { [Spouts.Poll("1m")] public Spouts.SpoutFile[] Fetch() => []; }""", "double orders")]
    public void The_tests_of_a_program_have_one_AddSpouts_for_its_spouts_and_their_own(string own, string spouts)
    {
        Outcome program = Program("[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Demo.Tests\")]\n" + Orders).Clean();
        const string Test = """
            using Microsoft.Extensions.DependencyInjection;
            namespace Demo.Tests;
            public static class Test
            {
                public static void Main() => Add(new ServiceCollection());
                public static IServiceCollection Add(IServiceCollection services) => services.AddSpouts();
            }
            """;

        Outcome tests = Compiled.Run(Compilation("Demo.Tests", Test + own, OutputKind.ConsoleApplication, [Reference(program, asMetadata: true)])).Clean();

        Assert.Equal(spouts.Split(' '), Registered(tests, program));
    }

    [Fact]
    public void A_program_that_is_no_friend_has_nothing_of_the_other()
    {
        Outcome program = Program(Orders).Clean();

        Outcome other = Compiled.Run(Compilation("Other", Views, OutputKind.ConsoleApplication, [Reference(program, asMetadata: true)])).Clean();

        Assert.Equal(["views"], Registered(other, program));
    }

    [Fact]
    public void A_name_that_the_program_and_a_library_have_is_reported_once_in_the_program()
    {
        Outcome shop = Library("Shop", Clicks);

        Diagnostic mistake = Assert.Single(Program(Views.Replace("views", "clicks", StringComparison.Ordinal), Reference(shop, asMetadata: true)).Reported);

        Assert.Equal("SPOUT002", mistake.Id);
        Assert.Equal("The name 'clicks' is that of 'Web.Views' and of a spout of the library 'Shop': give one of them another name", Text(mistake));
        Assert.Equal("Demo.cs", mistake.Location.GetLineSpan().Path);
    }

    [Fact]
    public void A_name_that_two_libraries_have_is_reported_once()
    {
        Outcome shop = Library("Shop", Clicks);
        Outcome web = Library("Web", Views.Replace("views", "clicks", StringComparison.Ordinal));

        Diagnostic mistake = Assert.Single(Program(Orders, Reference(shop, asMetadata: true), Reference(web, asMetadata: false)).Reported);

        Assert.Equal("SPOUT002", mistake.Id);
        Assert.Equal(
            "The name 'clicks' is that of a spout of the library 'Shop' and of a spout of the library 'Web': give one of them another name", Text(mistake));
    }

    [Fact]
    public void A_library_that_gets_another_spout_changes_the_program()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Compilation before = Compilation("Demo", Orders, OutputKind.ConsoleApplication, [Reference(Library("Shop", Clicks), asMetadata: false)]);
        GeneratorDriver driver = Compiled.Driver().RunGenerators(before, stop);

        Compilation after = before.ReplaceReference(before.References.Last(), Reference(Library("Shop", Clicks + Views.Replace("namespace Web;", "", StringComparison.Ordinal)), asMetadata: false));

        Assert.Contains(
            driver.RunGenerators(after, stop).GetRunResult().Results.Single().GeneratedSources,
            static file => file.SourceText.ToString().Contains("\"views\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Code_that_a_library_generates()
    {
        Outcome library = Library("Shop.Web-2", Clicks + """[Spouts.Spout("wrong")] public class Wrong { }""", reportsNothing: false);

        Snapshot.Verify(library.File("Spouts.Library.g.cs")!);
    }

    private static Outcome Library(string name, string source, params MetadataReference[] references) => Library(name, source, reportsNothing: true, references);

    private static Outcome Library(string name, string source, bool reportsNothing, params MetadataReference[] references)
    {
        Outcome library = Compiled.Run(Compilation(name, source, OutputKind.DynamicallyLinkedLibrary, references));
        return reportsNothing ? library.Clean() : library;
    }

    private static Outcome Program(string source, params MetadataReference[] references) =>
        Compiled.Run(Compilation("Demo", source, OutputKind.ConsoleApplication, references));

    private static CSharpCompilation Compilation(string name, string source, OutputKind kind, MetadataReference[] references) =>
        Compiled.Program(source, kind).WithAssemblyName(name).AddReferences(references);

    private static MetadataReference Reference(Outcome library, bool asMetadata) =>
        asMetadata ? MetadataReference.CreateFromImage(library.Image()) : library.Whole.ToMetadataReference();

    private static string Text(Diagnostic mistake) => mistake.GetMessage(System.Globalization.CultureInfo.InvariantCulture);

    private static string[] ManifestOf(Outcome program)
    {
        string source = program.File("Spouts.Manifest.g.cs")!;
        int start = source.IndexOf("\"\"\"", StringComparison.Ordinal) + 3;
        using JsonDocument manifest = JsonDocument.Parse(source[start..source.LastIndexOf("\"\"\"", StringComparison.Ordinal)]);
        return [.. manifest.RootElement.GetProperty("spouts").EnumerateArray().Select(static spout => spout.GetProperty("name").GetString()!)];
    }

    /// <summary>What the program's <c>AddSpouts</c> registers when it runs beside its libraries.</summary>
    private static string[] Registered(Outcome program, params Outcome[] libraries)
    {
        System.Runtime.Loader.AssemblyLoadContext context = new(name: null);
        foreach (Outcome library in libraries)
            context.LoadFromStream(new MemoryStream(library.Image()));
        Assembly loaded = context.LoadFromStream(new MemoryStream(program.Image()));
        ServiceCollection services = [];
        loaded.GetTypes().Single(static type => type.Name == "SpoutsServiceCollectionExtensions").GetMethod("AddSpouts")!.Invoke(null, [services]);
        using ServiceProvider provider = services.BuildServiceProvider();
        return [.. provider.GetServices<SpoutRegistration>().Select(static spout => spout.Name)];
    }
}
