using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Spouts.Generators.Tests.Incremental;

/// <summary>
/// What an edit makes the generator do again. A step that is Cached did not run; one that is Unchanged ran and found the
/// same; only Modified and New go on to the next step.
/// </summary>
public sealed class IncrementalTests
{
    private const string Source =
        """
        using Spouts;

        public record Position(int Page);

        [Spout("clicks")]
        public class Clicks
        {
            [Poll("30s")]
            public SpoutFile[] Fetch(Cursor<Position> at) => [];
        }

        [Spout("views", Description = "Views.")]
        public class Views
        {
            [Poll("1m")]
            public SpoutFile[] Fetch() => [];
        }
        """;

    private const string Wrong = """[Spout("WRONG")] public class Wrong { [Poll("30s")] public SpoutFile[] Fetch() => []; }""";

    [Theory]

    // Nothing about a spout: the attributed syntax is asked again, since any type may have changed, and answers the same.
    [InlineData("an unrelated file", "Parse: Unchanged, Unchanged", "Models: Cached, Cached", "App: Cached", "Diagnostics: Cached", "Output: Cached, Cached")]
    [InlineData("a body", "Parse: Unchanged, Unchanged", "Models: Cached, Cached", "App: Cached", "Diagnostics: Cached", "Output: Cached, Cached")]
    [InlineData("a comment within", "Parse: Modified, Unchanged", "Models: Cached, Unchanged", "App: Cached", "Diagnostics: Unchanged", "Output: Cached, Cached")]

    // A moved line moves places, but no model has any: no code is emitted again.
    [InlineData("a line above", "Parse: Modified, Modified", "Models: Unchanged, Unchanged", "App: Cached", "Diagnostics: Unchanged", "Output: Cached, Cached")]
    [InlineData("a name", "Parse: Modified, Modified", "Models: Modified, Unchanged", "App: Modified", "Diagnostics: Unchanged", "Output: Cached, Modified")]
    [InlineData("an interval", "Parse: Modified, Unchanged", "Models: Cached, Modified", "App: Modified", "Diagnostics: Unchanged", "Output: Cached, Modified")]
    [InlineData("a description", "Parse: Modified, Unchanged", "Models: Cached, Modified", "App: Modified", "Diagnostics: Unchanged", "Output: Cached, Modified")]
    [InlineData("a mistake", "Parse: New, Unchanged, Unchanged", "Models: Cached, Cached, New", "App: Unchanged", "Diagnostics: Modified", "Output: Cached, Modified")]
    public void An_edit_runs_no_more_than_it_must(string edit, params string[] expected)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        CSharpCompilation before = Compiled.Program(Source);
        GeneratorDriver driver = Compiled.Driver().RunGenerators(before, stop);

        GeneratorRunResult second = driver.RunGenerators(Edited(before, edit), stop).GetRunResult().Results.Single();

        Assert.Equal(expected, Reasons(second));
    }

    [Theory]
    [InlineData("an unrelated file")]
    [InlineData("a body")]
    [InlineData("a comment within")]
    [InlineData("a line above")]
    [InlineData("a mistake")]
    public void An_edit_that_changes_no_spout_leaves_each_generated_file_as_it_was(string edit)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        CSharpCompilation before = Compiled.Program(Source);
        GeneratorDriver driver = Compiled.Driver().RunGenerators(before, stop);
        GeneratorRunResult first = driver.GetRunResult().Results.Single();

        GeneratorRunResult second = driver.RunGenerators(Edited(before, edit), stop).GetRunResult().Results.Single();

        Assert.Equal(
            ["Spouts.Cursors.g.cs", "Spouts.Main.g.cs", "Spouts.Manifest.g.cs", "Spouts.Registration.g.cs"],
            second.GeneratedSources.Select(static file => file.HintName).Order(StringComparer.Ordinal));

        // The same objects: nothing was written again.
        Assert.All(second.GeneratedSources.Zip(first.GeneratedSources), static pair => Assert.Same(pair.Second.SourceText, pair.First.SourceText));
    }

    [Fact]
    public void A_program_is_forgotten_when_it_has_been_edited()
    {
        (GeneratorDriver driver, WeakReference before) = RunTwice();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(before.IsAlive);
        Assert.NotEmpty(driver.GetRunResult().GeneratedTrees);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (GeneratorDriver, WeakReference) RunTwice()
        {
            CancellationToken stop = TestContext.Current.CancellationToken;
            CSharpCompilation before = Compiled.Program(Source);
            GeneratorDriver driver = Compiled.Driver().RunGenerators(before, stop);
            return (driver.RunGenerators(Edited(before, "an interval"), stop), new(before));
        }
    }

    [Fact]
    public void A_moved_mistake_is_reported_where_it_is_now_and_emits_no_code()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        CSharpCompilation before = Compiled.Program(Source + "\n" + Wrong);
        GeneratorDriver driver = Compiled.Driver().RunGenerators(before, stop);
        int line = driver.GetRunResult().Diagnostics.Single().Location.GetLineSpan().StartLinePosition.Line;

        driver = driver.RunGenerators(Edited(before, "a line above"), stop);

        GeneratorRunResult second = driver.GetRunResult().Results.Single();
        Assert.Equal(line + 1, second.Diagnostics.Single().Location.GetLineSpan().StartLinePosition.Line);
        Assert.Equal("Output: Cached, Modified", Reasons(second)[^1]);
        Assert.Equal("App: Cached", Reasons(second)[2]);
    }

    [Fact]
    public void An_entry_point_of_ones_own_takes_the_generated_one_away()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        CSharpCompilation before = Compiled.Program(Source);
        GeneratorDriver driver = Compiled.Driver().RunGenerators(before, stop);

        driver = driver.RunGenerators(before.AddSyntaxTrees(Compiled.Tree("Console.WriteLine();", "Program.cs")), stop);

        Assert.DoesNotContain(driver.GetRunResult().Results.Single().GeneratedSources, static file => file.HintName == "Spouts.Main.g.cs");
    }

    private static CSharpCompilation Edited(CSharpCompilation program, string edit)
    {
        SyntaxTree old = program.SyntaxTrees.Single(static tree => tree.FilePath == "Demo.cs");
        string text = old.ToString();
        string edited = edit switch
        {
            "an unrelated file" => text,
            "a body" => text.Replace("=> [];", "=>[] ;", StringComparison.Ordinal),
            "a comment within" => text.Replace("[Spout(\"views\"", "[/* many */ Spout(\"views\"", StringComparison.Ordinal),
            "a line above" => "\n" + text,
            "a name" => text.Replace("clicks", "clicks-of-shop", StringComparison.Ordinal),
            "an interval" => text.Replace("1m", "2m", StringComparison.Ordinal),
            "a description" => text.Replace("Views.", "Sights", StringComparison.Ordinal),
            "a mistake" => text + "\n" + Wrong,
            _ => throw new ArgumentOutOfRangeException(nameof(edit), edit, "No such edit."),
        };
        return edited == text
            ? program.AddSyntaxTrees(Compiled.Tree("public static class Unrelated;", "Unrelated.cs"))
            : program.ReplaceSyntaxTree(old, Compiled.Tree(edited, "Demo.cs"));
    }

    /// <summary>For each step the reasons of its outputs, in ordinal order.</summary>
    private static string[] Reasons(GeneratorRunResult result) =>
    [
        .. new[] { TrackingNames.Parse, TrackingNames.Models, TrackingNames.App, TrackingNames.Diagnostics }
            .Select(name => $"{name}: {Reasons(result.TrackedSteps[name])}"),
        $"Output: {Reasons(result.TrackedOutputSteps.Values.SelectMany(static steps => steps))}",
    ];

    private static string Reasons(IEnumerable<IncrementalGeneratorRunStep> steps) => string.Join(", ", steps
        .SelectMany(static step => step.Outputs)
        .Select(static output => output.Reason.ToString())
        .Order(StringComparer.Ordinal));
}
