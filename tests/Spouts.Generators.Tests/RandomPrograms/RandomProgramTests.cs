using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.DependencyInjection;
using Spouts.Hosting;
using Spouts.Ledgers;

namespace Spouts.Generators.Tests.RandomPrograms;

/// <summary>
/// Legal programs that nobody would write: each compiles with what is generated for it, its cursors go through the ledger unchanged, and
/// what the ledger does not have is what its author declared. <c>SPOUTS_PROGRAMS</c> says how many, <c>SPOUTS_SEED</c> which.
/// </summary>
public sealed class RandomProgramTests
{
    private const int InOneCompilation = 50;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_legal_program_compiles_and_its_cursors_come_back()
    {
        int count = Setting("SPOUTS_PROGRAMS") ?? 100;
        int seed = Setting("SPOUTS_SEED") ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"SPOUTS_SEED={seed} SPOUTS_PROGRAMS={count}");
        foreach (RandomProgram[] programs in Enumerable.Range(0, count).Select(number => RandomProgram.Create(seed, number)).Chunk(InOneCompilation))
        {
            if (Problem(programs) is null)
                continue;
            RandomProgram wrong = programs.FirstOrDefault(static program => Problem([program]) is not null) ?? programs[0];
            string problem = Problem([wrong]) ?? Problem(programs)!;
            string file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"spouts-{seed}-{wrong.Number}.cs"));
            File.WriteAllText(file, $"// SPOUTS_SEED={seed}, program {wrong.Number}\n{string.Concat(problem.Split('\n').Select(static line => $"// {line}\n"))}{wrong.Source}");
            Assert.Fail($"Program {wrong.Number} of SPOUTS_SEED={seed} is in {file}:\n{problem}");
        }
    }

    private static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>What goes wrong with some programs in one compilation; null if nothing does.</summary>
    private static string? Problem(RandomProgram[] programs)
    {
        CSharpCompilation compilation = Compiled.Program("").RemoveAllSyntaxTrees()
            .AddSyntaxTrees(programs.Select(static program => Compiled.Tree(program.Source, $"P{program.Number}.cs")));
        GeneratorRunResult result = Compiled.Driver().RunGeneratorsAndUpdateCompilation(compilation, out Compilation whole, out _, Stop).GetRunResult().Results.Single();
        using MemoryStream image = new();
        string[] mistakes =
        [
            .. result.Exception is { } thrown ? [thrown.ToString()] : Array.Empty<string>(),
            .. result.Diagnostics.Concat(whole.Emit(image, cancellationToken: Stop).Diagnostics)
                .Where(static mistake => mistake.Severity >= DiagnosticSeverity.Warning)
                .Select(static mistake => mistake.ToString()),
        ];
        if (mistakes.Length > 0)
            return string.Join("\n", [.. mistakes.Take(20), .. result.GeneratedSources.Where(static file => file.HintName != "Spouts.Manifest.g.cs").Select(static file => file.SourceText.ToString())]);
        try
        {
            Assembly assembly = Assembly.Load(image.ToArray());
            ServiceCollection services = [];
            assembly.GetTypes().Single(static type => type.Name == "SpoutsServiceCollectionExtensions").GetMethod("AddSpouts")!.Invoke(null, [services]);
            using ServiceProvider provider = services.BuildServiceProvider();
            foreach (SpoutRegistration spout in provider.GetServices<SpoutRegistration>())
                Check(spout, assembly.GetType(programs.Single(program => $"p{program.Number}" == spout.Name).Author, throwOnError: true)!, provider);
            return null;
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            return failed.ToString();
        }
    }

    private static void Check(SpoutRegistration spout, Type author, ServiceProvider services)
    {
        object made = services.GetRequiredService(author.Assembly.GetType($"{author.Namespace}.Spout", throwOnError: true)!);
        Assert.Equal(GeneratedCodec.Describe(Call(author, "Settings")), GeneratedCodec.Describe(made.GetType().GetProperty("Settings")!.GetValue(made)));

        SourceRegistration source = spout.Sources[0];
        object?[] first = Seen(spout, "{}", author, services, next: null, out _);
        foreach (object?[] @default in (object?[][])Call(author, "Defaults"))
        {
            object of = first[(int)@default[0]!]!;
            MemberInfo member = GeneratedCodec.Members(of.GetType()).Last(member => member.Name == (string)@default[1]!);
            Assert.Equal($"{member.Name}: {GeneratedCodec.Describe(@default[2])}", $"{member.Name}: {GeneratedCodec.Describe(GeneratedCodec.Value(member, of))}");
        }

        foreach (object?[] row in (object?[][])Call(author, "Rows"))
        {
            Seen(spout, "{}", author, services, row, out string written);
            Ledger ledger = Ledger.Empty.Next(source.Key, SourceEntry.From(JsonDocument.Parse(written).RootElement), 1, 2);
            string saved = JsonDocument.Parse(ledger.ToJson()).RootElement.GetProperty("sources").GetProperty(source.Name).GetRawText();
            Assert.Equal(GeneratedCodec.Describe(row), GeneratedCodec.Describe(Seen(spout, saved, author, services, next: null, out _)));
        }
    }

    /// <summary>What a run of the first source sees in its cursors, and what it leaves in the ledger.</summary>
    private static object?[] Seen(SpoutRegistration spout, string entry, Type author, ServiceProvider services, object?[]? next, out string left)
    {
        author.GetField("Next")!.SetValue(null, next);
        using JsonDocument json = JsonDocument.Parse(entry);
        SourceRun run = new(spout.Sources[0].Name, SourceEntry.From(json.RootElement), new SpoutContext(spout.Name, null!), default);
        Assert.Empty(spout.Sources[0].Run(services, run, Stop).ToBlockingEnumerable(Stop));
        left = run.Entry().Json;
        return (object?[])author.GetField("Seen")!.GetValue(null)!;
    }

    private static object Call(Type author, string method) => author.GetMethod(method)!.Invoke(null, null)!;
}
