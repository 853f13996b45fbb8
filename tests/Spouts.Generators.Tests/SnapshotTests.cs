namespace Spouts.Generators.Tests;

public sealed class SnapshotTests
{
    [Fact]
    public void The_spout_of_the_readme()
    {
        Outcome outcome = Compiled.Run(
            """
            using System.Runtime.CompilerServices;
            using Spouts;

            namespace Demo;

            [Spout("clicks", Description = "Clicks of the shop's \"web\" pages, in Zürich.")]
            public sealed class Clicks(HttpClient http)
            {
                [Poll("30s")]
                public async IAsyncEnumerable<SpoutFile> Fetch(
                    Cursor<long> last, [EnumeratorCancellation] CancellationToken cancellationToken)
                {
                    last.Value++;
                    yield return SpoutFile.Text("/page", await http.GetStringAsync("/", cancellationToken));
                }
            }
            """).Clean();

        Snapshot.Verify(outcome.Generated);
    }

    [Fact]
    public void Every_shape_of_source_and_parameter()
    {
        Outcome outcome = Compiled.Run(
            """
            using Microsoft.Extensions.DependencyInjection;
            using Spouts;

            namespace Demo;

            public enum Stage { First, Second }

            public interface IFeed<T>;

            public static class Outer
            {
                [Spout("shapes", OutputBranch = "raw")]
                public sealed record Shapes(
                    IFeed<Dictionary<string, string?>> Feed,
                    [FromKeyedServices("main")] HttpClient Main,
                    [FromKeyedServices(Stage.Second)] IFeed<int>? Second,
                    IFeed<string>? Maybe)
                {
                    [Poll("1s")]
                    public IAsyncEnumerable<SpoutFile> Stream(CancellationToken stop) => throw new NotSupportedException();

                    [Poll("5m")]
                    public IEnumerable<SpoutFile> Iterator(SpoutContext context, Cursor<Stage> stage) => [];

                    [Poll("2h")]
                    public static SpoutFile[] Array() => [];

                    [Poll("1d", Name = "list")]
                    public List<SpoutFile> List(Cursor<string?> @event, IServiceProvider services) => [];

                    [Poll("1h30m")]
                    public Task<SpoutFile> One() => Task.FromResult(SpoutFile.Text("/one", ""));

                    [Poll("90s")]
                    public async ValueTask<SpoutFile?> Perhaps(IFeed<int>? maybe)
                    {
                        await Task.Yield();
                        return null;
                    }

                    [Poll("1d12h")]
                    public Task<IReadOnlyList<SpoutFile>> Many() => Task.FromResult<IReadOnlyList<SpoutFile>>([]);

                    [Poll("30s")]
                    internal ValueTask<SpoutFile[]> @class(
                        CancellationToken a, Cursor<long> b, Cursor<DateTimeOffset> c, SpoutContext d, IFeed<Stage> e) => new([]);
                }
            }

            [Spout("another")]
            public class Another
            {
                [Poll("30s")]
                public SpoutFile[] Fetch() => [];
            }
            """,
            Microsoft.CodeAnalysis.OutputKind.DynamicallyLinkedLibrary).Clean();

        Snapshot.Verify(outcome.Generated);
    }

    [Fact]
    public void Records_that_cursors_hold()
    {
        Outcome outcome = Compiled.Run(
            """
            using System.Text.Json;
            using Spouts;

            namespace Demo;

            public readonly record struct Offset(int Partition, long At);

            public sealed record Position(string Topic, DateTimeOffset? Since, bool IsFull = true)
            {
                public required List<Offset> Offsets { get; init; }
                public int Page { get; init; } = 1;
                public static Position Migrate(JsonElement old) => new(old.GetString()!, null) { Offsets = [] };
            }

            [Spout("topics")]
            public sealed class Topics
            {
                [Poll("30s")]
                public SpoutFile[] Fetch(Cursor<Position> position, Cursor<Dictionary<string, Offset?>> seen) => [];
            }
            """,
            Microsoft.CodeAnalysis.OutputKind.DynamicallyLinkedLibrary).Clean();

        Snapshot.Verify(outcome.File("Spouts.Cursors.g.cs")!);
    }

    [Fact]
    public void A_mistake_leaves_the_other_spouts_in_the_program()
    {
        Outcome outcome = Compiled.Run(
            """
            using Spouts;

            [Spout("Wrong")] public class Wrong { [Poll("30s")] public SpoutFile[] Fetch() => []; }
            [Spout("right")] public class Right { [Poll("30s")] public SpoutFile[] Fetch() => []; }
            [Spout("twice")] public class Twice { [Poll("30s")] public SpoutFile[] Fetch() => []; }
            [Spout("twice")] public class Again { [Poll("30s")] public SpoutFile[] Fetch() => []; }
            """);

        Assert.Equal(["SPOUT001", "SPOUT002", "SPOUT002"], outcome.Reported.Select(static mistake => mistake.Id).Order());
        Assert.Empty(outcome.Complaints);
        Snapshot.Verify(outcome.Generated);
    }

    [Fact]
    public void What_the_mistakes_say()
    {
        Outcome outcome = Compiled.Run(
            """
            using Spouts;

            [Spout("My_Clicks", OutputBranch = "a/b")] public class A { [Poll("often", Name = "a b")] public SpoutFile[] Fetch() => []; }
            [Spout("twice")] public class Twice { [Poll("30s")] public SpoutFile[] Fetch() => []; }
            [Spout("twice")] public class Again { [Poll("30s")] public SpoutFile[] Fetch() => []; }
            [Spout("b")] public abstract class B { [Poll("30s")] public void Fetch(Cursor<object> last) { } }
            [Spout("c")] public class C { public C(CancellationToken stop) { } }
            [Spout("d")] public class D { [Poll("30s")] SpoutFile[] Fetch(out int x) => throw null!; }
            [Spout("e")] public class E { [Poll("30s")] public SpoutFile[] Fetch() => []; [Poll("1s", Name = "Fetch")] public SpoutFile[] Next() => []; }
            [Spout("f")] public static class F { private class G<T> { [Spout("g")] public class H; } }
            [Spout("i")] public class I { public required string Url { get; init; } }
            [Spout("j")] public class J { private J() { } }
            [Spout("k")] public class K { public K(int a) { } public K(string a) { } }
            [Spout("l")] public class L { public L(ref int a) { } }
            public class M { [Poll("30s")] public SpoutFile[] Fetch() => []; private class N { [Spout("n")] public class O; } }
            """);

        Snapshot.Verify(string.Concat(outcome.Reported
            .OrderBy(static mistake => mistake.Id, StringComparer.Ordinal)
            .ThenBy(static mistake => mistake.Location.SourceSpan)
            .Select(static mistake => $"// {mistake.Id}: {mistake.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}\n")));
    }
}
