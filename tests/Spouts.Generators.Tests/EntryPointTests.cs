using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Spouts.Generators.Tests;

public sealed class EntryPointTests
{
    private const string Main = "Spouts.Main.g.cs";
    private const string Spout = """[Spouts.Spout("a")] public class A { [Spouts.Poll("30s")] public Spouts.SpoutFile[] Fetch() => []; }""";

    [Theory]
    [InlineData(OutputKind.ConsoleApplication)]
    [InlineData(OutputKind.WindowsApplication)]
    public void An_executable_without_an_entry_point_gets_one(OutputKind kind) =>
        Assert.NotNull(Compiled.Run(Spout, kind).Clean().File(Main));

    [Theory]
    [InlineData("Console.WriteLine();\n")]
    [InlineData("static class Program { static void Main() { } }\n")]
    [InlineData("static class Program { static async Task<int> Main(string[] args) { await Task.Yield(); return args.Length; } }\n")]
    public void One_with_an_entry_point_keeps_it(string entryPoint)
    {
        Outcome outcome = Compiled.Run(entryPoint + Spout).Clean();

        Assert.Null(outcome.File(Main));
        Assert.NotNull(outcome.File("Spouts.Registration.g.cs"));
    }

    [Fact]
    public void A_library_gets_none() => Assert.Null(Compiled.Run(Spout, OutputKind.DynamicallyLinkedLibrary).Clean().File(Main));

    [Fact]
    public void A_startup_object_is_an_entry_point_of_ones_own_even_if_it_has_none()
    {
        CSharpCompilation program = Compiled.Program(Spout);
        GeneratorDriver driver = Compiled.Driver().RunGenerators(
            program.WithOptions(program.Options.WithMainTypeName("A")), TestContext.Current.CancellationToken);

        Assert.DoesNotContain(driver.GetRunResult().Results.Single().GeneratedSources, static file => file.HintName == Main);
    }

    [Fact]
    public void A_program_without_spouts_gets_nothing() =>
        Assert.Empty(Compiled.Run("Console.WriteLine();").Clean().Result.GeneratedSources);

    [Fact]
    public void The_entry_point_starts_the_framework_with_the_spouts()
    {
        var program = Compiled.Run(Spout).Clean().Load();

        Assert.NotNull(program.EntryPoint);
        Assert.Equal(typeof(int), program.EntryPoint.ReturnType);
    }
}
