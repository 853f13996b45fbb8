using System.CodeDom.Compiler;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Spouts.Hosting;
using Spouts.Ledgers;

namespace Spouts.Generators.Tests;

/// <summary>Loads what was generated and runs it.</summary>
public sealed class GeneratedProgramTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_gets_its_cursor_context_token_and_services()
    {
        SpoutRegistration spout = Registered(
            """
            [Spout("a", OutputBranch = "raw")]
            public sealed class A(TimeProvider time)
            {
                [Poll("1h30m", Name = "ticks")]
                public async IAsyncEnumerable<SpoutFile> Fetch(
                    Uri home, Cursor<long> last, SpoutContext context, [EnumeratorCancellation] CancellationToken stop)
                {
                    await Task.Yield();
                    last.Value += 2;
                    yield return SpoutFile.Text($"/{context.Spout}/{home.Host}/{time.GetUtcNow().Year}/{last.Value}/{stop.CanBeCanceled}", "");
                }
            }
            """,
            out ServiceProvider services);
        SourceRun run = Run(spout, """{"cursor":{"last":40}}""");

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        List<SpoutFile> files = await spout.Sources[0].Run(services, run, stop.Token).ToListAsync(Stop);

        Assert.Equal("a", spout.Name);
        Assert.Equal("raw", spout.OutputBranch);
        SourceRegistration source = Assert.Single(spout.Sources);
        Assert.Equal("ticks", source.Name);
        Assert.Equal(new PollTrigger(TimeSpan.FromMinutes(90)), source.Trigger);
        Assert.Equal($"/a/example.com/{TimeProvider.System.GetUtcNow().Year}/42/True", Assert.Single(files).Path);
        Assert.Equal("""{"cursor":{"last":42}}""", run.Entry().Json);
    }

    [Fact]
    public async Task A_renamed_cursor_goes_on_where_it_was()
    {
        SpoutRegistration spout = Registered(
            """
            [Spout("a")]
            public sealed class A
            {
                [Poll("1s")]
                public SpoutFile[] Fetch([Cursor(FormerName = "last")] Cursor<long> position, Cursor<int> other)
                {
                    position.Value++;
                    return [SpoutFile.Text($"/{position.Value}", "")];
                }
            }
            """,
            out ServiceProvider services);
        using JsonDocument saved = JsonDocument.Parse("""{"n":3,"id":"","sources":{"Fetch":{"cursor":{"last":40,"other":7}}}}""");
        Ledger ledger = Ledger.From(saved.RootElement);
        SourceRun run = new("Fetch", ledger.Entry(spout.Sources[0].Key), new SpoutContext("a", null!), TimeProvider.System.GetUtcNow());

        List<SpoutFile> files = await spout.Sources[0].Run(services, run, Stop).ToListAsync(Stop);

        Assert.Equal("/41", Assert.Single(files).Path);
        Assert.Equal("""{"cursor":{"other":7,"position":41}}""", run.Entry().Json);
    }

    [Fact]
    public void Every_service_that_cannot_be_null_is_asked_for_before_anything_runs()
    {
        SpoutRegistration spout = Registered(
            """
            [Spout("a")]
            public class A(Uri home, [Microsoft.Extensions.DependencyInjection.FromKeyedServices("old")] Uri? old)
            {
                public required List<(int X, string? Y)> Pairs { get; init; }

                public Uri?[] Uris => [home, old];

                [Schedule("@yearly")]
                public SpoutFile[] Yearly([Microsoft.Extensions.DependencyInjection.FromKeyedServices(DayOfWeek.Monday)] Uri monday, TimeProvider? time, Cursor<int> at) => [];

                [Poll("1s")]
                public SpoutFile[] Fetch() => [];
            }
            """,
            out _);

        Assert.Equal([(typeof(Uri), null), (typeof(List<(int, string)>), null)], spout.Services);
        Assert.Equal([(typeof(Uri), DayOfWeek.Monday)], spout.Sources[0].Services);
        Assert.Empty(spout.Sources[1].Services);
    }

    [Fact]
    public void A_class_of_static_sources_only_is_never_made_and_asks_for_nothing() =>
        Assert.Empty(Registered("""[Spout("a")] public class A(Version none) { public Version None => none; [Poll("1s")] public static SpoutFile[] Fetch() => []; }""", out _).Services);

    [Theory]
    [InlineData("public IAsyncEnumerable<SpoutFile> Fetch() => Stream();", 2)]
    [InlineData("public IEnumerable<SpoutFile> Fetch() => Files;", 2)]
    [InlineData("public SpoutFile[] Fetch() => Files;", 2)]
    [InlineData("public static List<SpoutFile> Fetch() => [.. Files];", 2)]
    [InlineData("public Task<SpoutFile> Fetch() => Task.FromResult(Files[0]);", 1)]
    [InlineData("public Task<SpoutFile?> Fetch() => Task.FromResult<SpoutFile?>(null);", 0)]
    [InlineData("public ValueTask<SpoutFile> Fetch() => new(Files[0]);", 1)]
    [InlineData("public ValueTask<SpoutFile?> Fetch() => new((SpoutFile?)null);", 0)]
    [InlineData("public Task<SpoutFile[]> Fetch() => Task.FromResult(Files);", 2)]
    [InlineData("public ValueTask<IReadOnlyList<SpoutFile>> Fetch() => new(Files);", 2)]
    public async Task Whatever_a_source_returns_is_streamed(string method, int expected)
    {
        SpoutRegistration spout = Registered(
            $$"""
            [Spout("a")]
            public sealed class A
            {
                private static readonly SpoutFile[] Files = [SpoutFile.Text("/1", ""), SpoutFile.Text("/2", "")];

                [Poll("1s")]
                {{method}}

                internal static async IAsyncEnumerable<SpoutFile> Stream()
                {
                    await Task.Yield();
                    foreach (SpoutFile file in Files)
                        yield return file;
                }
            }
            """,
            out ServiceProvider services);

        List<SpoutFile> files = await spout.Sources[0].Run(services, Run(spout, "{}"), Stop).ToListAsync(Stop);

        Assert.Equal(expected, files.Count);
    }

    [Fact]
    public void A_spout_is_one_object_and_may_be_registered_by_hand()
    {
        Assembly program = Compiled.Run(
            """
            using Spouts;

            [Spout("a")]
            public class A(Uri home)
            {
                public Uri Home => home;

                [Poll("1s")]
                public SpoutFile[] Fetch() => [];
            }
            """).Clean().Load();
        Type spout = program.GetType("A", throwOnError: true)!;
        ServiceCollection services = [];
        services.AddSingleton(spout, _ => Activator.CreateInstance(spout, new Uri("http://by.hand"))!);

        AddSpouts(program, services);

        using ServiceProvider provider = services.BuildServiceProvider();
        object made = provider.GetRequiredService(spout);
        Assert.Equal(new Uri("http://by.hand"), spout.GetProperty("Home")!.GetValue(made));
        Assert.Same(made, provider.GetRequiredService(spout));
    }

    [Theory]
    [InlineData("public class A { public A() { } public A(Uri home) => Made = home.Host; private A(string a, string b) { }", "example.com")]
    [InlineData("public record A { public A() { } public A(A copied) => Made = copied.Made + \"copied\";", "")]
    [InlineData("public class A { internal A(Uri? home, Version? none, Lazy<int> lazy = null!) => Made = $\"{home?.Host}{none}{lazy?.Value}\";", "example.com7")]
    public void The_longest_constructor_in_reach_makes_the_spout(string declaration, string expected)
    {
        Assembly program = Compiled.Run(
            $$"""
            using Spouts;
            [Spout("a")] {{declaration}} public string Made { get; } = ""; [Poll("1s")] public SpoutFile[] Fetch() => []; }
            """).Clean().Load();
        ServiceCollection services = [];
        services.AddSingleton(new Uri("http://example.com")).AddSingleton(new Lazy<int>(7));
        AddSpouts(program, services);
        using ServiceProvider provider = services.BuildServiceProvider();
        Type spout = program.GetType("A", throwOnError: true)!;

        Assert.Equal(expected, spout.GetProperty("Made")!.GetValue(provider.GetRequiredService(spout)));
    }

    [Theory]
    [InlineData("A(int retries = 3, string name = \"x\\ud800\", Version? none = null, TimeSpan wait = default, DayOfWeek day = DayOfWeek.Friday) { => Made = $\"{retries}{(int)name[1]}{none}{wait}{day}\"; }", "35529600:00:00Friday")]
    [InlineData("A(decimal a = 1.50m, double b = -0.0, long? c = 4, char d = 'd', Uri home = null!) { => Made = FormattableString.Invariant($\"{a} {b} {c} {d} {home?.Host}\"); }", "1.50 -0 4 d example.com")]
    [InlineData("A(dynamic lazy, dynamic? none = null) { => Made = $\"{lazy.Length}{none}\"; }", "2ab")]
    [InlineData("A(Registered was = Registered.No, Lazy<int> lazy = null!) { => Made = $\"{was} {lazy?.Value}\"; }", "Yes 7")]
    [InlineData("A([Microsoft.Extensions.DependencyInjection.FromKeyedServices(\"k\")] int keyed, [Microsoft.Extensions.DependencyInjection.FromKeyedServices(\"none\")] int other = 2) { => Made = $\"{keyed}{other}\"; }", "82")]
    public void A_parameter_with_a_default_value_need_not_be_registered(string constructor, string expected)
    {
        Assembly program = Compiled.Run(
            $$"""
            using Spouts;
            public enum Registered { No, Yes }
            [Spout("a")] public class A { public string Made { get; } = ""; [Poll("1s")] public SpoutFile[] Fetch(int page = 1) => [SpoutFile.Text($"/{page}", "")];
            public {{constructor.Replace("{ =>", "=>", StringComparison.Ordinal)}}
            """).Clean().Load();
        ServiceCollection services = [];
        services.AddSingleton(new Uri("http://example.com")).AddSingleton(new Lazy<int>(7)).AddKeyedSingleton(typeof(int), "k", 8).AddSingleton<object>("ab");
        services.AddSingleton(program.GetType("Registered")!, Enum.ToObject(program.GetType("Registered")!, 1));
        AddSpouts(program, services);
        using ServiceProvider provider = services.BuildServiceProvider();
        Type spout = program.GetType("A", throwOnError: true)!;

        Assert.Equal(expected, spout.GetProperty("Made")!.GetValue(provider.GetRequiredService(spout)));
        SpoutRegistration registration = provider.GetServices<SpoutRegistration>().Single();
        Assert.Empty(registration.Sources[0].Services);
        Assert.DoesNotContain(registration.Services, static service => service.Key is null && service.Type != typeof(object));
    }

    [Fact]
    public async Task A_source_gets_the_default_of_its_parameter()
    {
        SpoutRegistration spout = Registered(
            """[Spout("a")] public class A { [Poll("1s")] public SpoutFile[] Fetch(int page = 1, string part = "\"x", Uri? home = null) => [SpoutFile.Text($"/{page}{part}{home?.Host}", "")]; }""",
            out ServiceProvider services);

        Assert.Equal("/1\"xexample.com", Assert.Single(await spout.Sources[0].Run(services, Run(spout, "{}"), Stop).ToListAsync(Stop)).Path);
    }

    [Theory]
    [InlineData("[ActivatorUtilitiesConstructor] public A(Uri home) => Made = home.Host; public A(Uri home, TimeProvider time) => Made = $\"{home}{time}\";")]
    [InlineData("[ActivatorUtilitiesConstructor] internal A(Uri home) => Made = home.Host; public A(TimeProvider time) => Made = time.ToString()!;")]
    public void The_constructor_that_is_marked_for_the_container_makes_the_spout(string constructors)
    {
        Assembly program = Compiled.Run(
            $$"""
            using Microsoft.Extensions.DependencyInjection;
            using Spouts;
            [Spout("a")] public class A { {{constructors}} public string Made { get; } = ""; [Poll("1s")] public SpoutFile[] Fetch() => []; }
            """).Clean().Load();
        ServiceCollection services = [];
        services.AddSingleton(new Uri("http://example.com")).AddSingleton(TimeProvider.System);
        AddSpouts(program, services);
        using ServiceProvider provider = services.BuildServiceProvider();
        Type spout = program.GetType("A", throwOnError: true)!;

        Assert.Equal("example.com", spout.GetProperty("Made")!.GetValue(provider.GetRequiredService(spout)));
    }

    [Theory]
    [InlineData("[Experimental(\"EXP1\")]")]
    [InlineData("[Obsolete(\"soon gone\", DiagnosticId = \"OLD1\")]")]
    [InlineData("[Obsolete]")]
    public void A_spout_that_is_experimental_or_obsolete_is_one(string mark)
    {
        Outcome outcome = Compiled.Run(
            $$"""
            using System.Diagnostics.CodeAnalysis;
            using Spouts;
            {{mark}} [Spout("a")] public class A({{(mark == "[Obsolete]" ? "" : mark)}} Uri home)
            {
                {{mark}} public required Version Old { get; init; }
                {{mark}} [Poll("1s")] public SpoutFile[] Fetch(Cursor<P> last, I service) => [SpoutFile.Text($"/{home}", "")];
            }
            {{mark}} public sealed record P(int A);
            {{mark}} public interface I;
            """.Replace($"A({mark} Uri", "A(Uri", StringComparison.Ordinal));

        Assert.NotNull(outcome.Clean().Load());
    }

    [Fact]
    public void The_manifest_says_what_the_attributes_say()
    {
        Assembly program = Compiled.Run(
            """"
            using Spouts;

            [Spout("b", OutputBranch = "raw", Description = "\"\\ ü\n\u2028\t\"\"\"💧\ud83d")]
            public class B { [Poll("1d1s")] public SpoutFile[] Two() => []; [Poll("90m", Name = "one")] public SpoutFile[] One() => []; }
            public class Outer { [Spout("a")] public class A { [Poll("30s")] public SpoutFile[] Fetch() => []; } }
            """").Clean().Load();

        string manifest = program.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "Spouts.Manifest").Value!;

        Assert.True(manifest.All(char.IsAscii), manifest);
        using JsonDocument expected = JsonDocument.Parse(
            """
            {"version":1,"spouts":[
              {"name":"a","class":"Outer.A","outputBranch":"master","sources":[{"name":"Fetch","kind":"poll","interval":"00:00:30"}]},
              {"name":"b","class":"B","outputBranch":"raw","description":"\"\\ ü\n\u2028\t\"\"\"💧\ufffd","sources":[
                {"name":"Two","kind":"poll","interval":"1.00:00:01"},{"name":"one","kind":"poll","interval":"01:30:00"}]}]}
            """);
        using JsonDocument actual = JsonDocument.Parse(manifest);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), manifest);
    }

    [Theory]
    [InlineData(OutputKind.ConsoleApplication)]
    [InlineData(OutputKind.DynamicallyLinkedLibrary)]
    public void A_debugger_steps_through_generated_code_into_the_authors(OutputKind kind)
    {
        Assembly program = Compiled.Run(
            """
            using Spouts;

            public readonly record struct Offset(int Partition, long At) { public static Offset Migrate(System.Text.Json.JsonElement old) => default; }
            public sealed record Position(string Topic) { public required List<Offset> Offsets { get; init; } public int Page { get; init; } }

            [Spout("a")]
            public class A(TimeProvider time)
            {
                public required Uri Home { get; init; }
                [Poll("1s")] public SpoutFile[] Fetch(Cursor<Position> last) => [SpoutFile.Text($"/{time}", "")];
                [Schedule("@daily")] public async Task<SpoutFile?> Daily(DateTimeOffset due) { await Task.Yield(); return null; }
                [Stream] public IAsyncEnumerable<SpoutFile> Listen(CancellationToken stop) => throw new OperationCanceledException(stop);
            }
            """,
            kind).Clean().Load();
        Type[] generated = [.. program.GetTypes().Where(static type => Levels(type).Any(static level => level.GetCustomAttribute<GeneratedCodeAttribute>()?.Tool == "Spouts.Generators"))];

        MethodBase[] methods = [.. generated.SelectMany(static type => type.GetMembers(
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)).OfType<MethodBase>().Where(IsWritten)];

        // The lambdas among them: what makes a spout, what runs each of its sources, what writes and reads each record.
        Assert.True(methods.Count(static method => method.DeclaringType!.IsNested) >= 8, string.Join(", ", methods.AsEnumerable()));
        Assert.DoesNotContain(methods, static method =>
            !method.IsDefined(typeof(DebuggerNonUserCodeAttribute)) && !method.DeclaringType!.IsDefined(typeof(DebuggerNonUserCodeAttribute)));
    }

    /// <summary>Whether a debugger would stop in it: there is no line for the constructors of a class that the compiler made.</summary>
    private static bool IsWritten(MethodBase method) =>
        !(method is ConstructorInfo && method.DeclaringType!.IsDefined(typeof(CompilerGeneratedAttribute)));

    /// <summary>A type and those around it.</summary>
    private static IEnumerable<Type> Levels(Type type)
    {
        for (Type? level = type; level is not null; level = level.DeclaringType)
            yield return level;
    }

    private static SpoutRegistration Registered(string source, out ServiceProvider services)
    {
        Assembly program = Compiled.Run($"using System.Runtime.CompilerServices;\nusing Spouts;\n{source}").Clean().Load();
        ServiceCollection collection = [];
        collection.AddSingleton(TimeProvider.System).AddSingleton(new Uri("http://example.com"));
        AddSpouts(program, collection);
        services = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        return services.GetServices<SpoutRegistration>().Single();
    }

    private static void AddSpouts(Assembly program, IServiceCollection services) => program
        .GetTypes().Single(static type => type.Name == "SpoutsServiceCollectionExtensions")
        .GetMethod("AddSpouts")!
        .Invoke(null, [services]);

    private static SourceRun Run(SpoutRegistration spout, string entry)
    {
        using JsonDocument json = JsonDocument.Parse(entry);
        return new(spout.Sources[0].Name, SourceEntry.From(json.RootElement), new SpoutContext(spout.Name, new NoFiles()), default);
    }

    private sealed class NoFiles : IStoredFiles
    {
        public IAsyncEnumerable<StoredFile> ListAsync(string folder, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<StoredFile>();

        public ValueTask<StoredFile?> FindAsync(string path, CancellationToken cancellationToken) => new((StoredFile?)null);

        public ValueTask<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) =>
            throw new FileNotFoundException("An empty repo.", path);
    }
}
