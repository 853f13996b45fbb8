using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Spouts.Generators.Tests.Incremental;

public sealed class ModelTests
{
    private const string Source =
        """
        using Spouts;

        [Spout("clicks", Description = "Clicks.")]
        public class Clicks(HttpClient http, IDictionary<string, Uri>? pages)
        {
            [Poll("30s")]
            public SpoutFile[] Fetch(Cursor<DayOfWeek> last, SpoutContext context, CancellationToken stop) => [];

            [Poll("1h", Name = "pages")]
            public Task<SpoutFile?> Page(Cursor<long> last) => Task.FromResult<SpoutFile?>(null);
        }

        [Spout("WRONG", OutputBranch = "a/b")]
        public class Wrong
        {
            [Poll("often")]
            public void Fetch(Cursor<object> last) { }
        }

        public class Stray { [Poll("30s")] public SpoutFile[] Fetch() => []; }
        """;

    /// <summary>What a model may hold besides models; a rule is static, and the same in every run.</summary>
    private static readonly Type[] Values = [typeof(string), typeof(Nullable<>), typeof(TimeSpan), typeof(TextSpan), typeof(LinePositionSpan), typeof(DiagnosticDescriptor)];

    private static readonly string[] Steps = [TrackingNames.Parse, TrackingNames.Models, TrackingNames.Diagnostics, TrackingNames.App];

    [Fact]
    public void Equal_sources_give_equal_models()
    {
        object?[] first = Run(Source);
        object?[] second = Run(Source);

        Assert.Equal(first, second);
        Assert.Equal(first.Select(static value => value?.GetHashCode()), second.Select(static value => value?.GetHashCode()));
        Assert.DoesNotContain(first.Zip(second), static pair => pair.First is not null && ReferenceEquals(pair.First, pair.Second));
    }

    [Theory]
    [InlineData("clicks", "klicks")]
    [InlineData("Clicks.", "Clacks.")]
    [InlineData("HttpClient http", "Uri http")]
    [InlineData("Uri>?", "Uri>")]
    [InlineData("30s", "31s")]
    [InlineData("DayOfWeek", "int")]
    [InlineData("Cursor<long> last", "Cursor<long> next")]
    [InlineData("Cursor<long> last", "[Cursor(FormerName = \"since\")] Cursor<long> last")]
    [InlineData("Cursor<long> last", "Cursor<int> last")]
    [InlineData("SpoutFile[] Fetch(Cursor", "IEnumerable<SpoutFile> Fetch2(Cursor")]
    [InlineData("public Task<SpoutFile?> Page", "public static Task<SpoutFile?> Page")]
    [InlineData("SpoutContext context, CancellationToken stop", "CancellationToken stop, SpoutContext context")]
    public void Another_fact_gives_another_program(string old, string @new)
    {
        object? first = Run(Source)[^1];
        object? second = Run(Source.Replace(old, @new, StringComparison.Ordinal))[^1];

        Assert.IsType<Models.AppModel>(first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void No_model_reaches_a_symbol_or_syntax()
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        foreach (object? value in Run(Source))
            Walk(value, value?.GetType().Name ?? "", seen);

        Assert.Contains(seen, static reached => reached is Models.SpoutModel);
        Assert.Contains(seen, static reached => reached is Models.SourceModel);
        Assert.Contains(seen, static reached => reached is Models.CursorArgument);
        Assert.Contains(seen, static reached => reached is Models.DiagnosticInfo);
        Assert.Contains(seen, static reached => reached is Models.LocationInfo);
    }

    [Fact]
    public void No_model_has_room_for_a_symbol_or_syntax()
    {
        Type[] models = [.. typeof(Models.SpoutModel).Assembly.GetTypes().Where(static type => type.Namespace?.StartsWith("Spouts.Generators.Models", StringComparison.Ordinal) is true)];

        Assert.Contains(typeof(Models.SourceModel), models);
        Assert.Empty(
            from model in models
            where !model.IsEnum
            from field in model.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            from part in Parts(field.FieldType)
            where !(part.IsPrimitive || part.IsGenericParameter || models.Contains(part) || Values.Contains(part))
            select $"{model.Name}.{field.Name} is a {part}");
    }

    /// <summary>The types that a type is composed of.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.IsArray ? Parts(type.GetElementType()!)
        : type.IsGenericType ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)]
        : [type];

    /// <summary>The values that went through the pipeline, step by step; the last one is the program.</summary>
    private static object?[] Run(string source)
    {
        GeneratorDriver driver = Compiled.Driver().RunGenerators(Compiled.Program(source), TestContext.Current.CancellationToken);
        GeneratorRunResult result = driver.GetRunResult().Results.Single();
        return [.. Steps.SelectMany(name => result.TrackedSteps[name]).SelectMany(static step => step.Outputs).Select(static output => output.Value)];
    }

    private static void Walk(object? value, string path, HashSet<object> seen)
    {
        if (value is null or string || value.GetType() is { IsPrimitive: true } or { IsEnum: true } || !seen.Add(value))
            return;
        Assert.False(
            value is ISymbol or SyntaxNode or SyntaxToken or SyntaxTree or Compilation or SemanticModel or Location or AttributeData or MemberInfo or Delegate,
            $"{path} is a {value.GetType()}");

        // Rules are static, and the same in every run.
        if (value is DiagnosticDescriptor)
            return;
        if (value is IEnumerable elements)
        {
            foreach (object? element in elements)
                Walk(element, path + "[]", seen);
        }

        for (Type? type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                Walk(field.GetValue(value), $"{path}.{field.Name}", seen);
        }
    }
}
