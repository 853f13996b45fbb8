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
            """).CleanUnmuted();

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
            Microsoft.CodeAnalysis.OutputKind.DynamicallyLinkedLibrary).CleanUnmuted();

        Snapshot.Verify(outcome.Generated);
    }

    [Fact]
    public void Every_annotation()
    {
        Outcome outcome = Compiled.Run(
            """
            using Spouts;

            namespace Demo;

            [Retry(Attempts = 5)]
            [Secret("shop-tls", MountPath = "/secrets/tls")]
            public abstract class Shop<T>(TimeProvider time)
            {
                public required HttpClient Http { get; init; }
                public required Uri? Proxy { get; init; }

                [Schedule("0 6 * * MON-FRI", TimeZone = "Europe/Berlin", Missed = Missed.Once, Within = "6h", Jitter = "30s", Overlap = Overlap.Wait, RunOnStart = true)]
                [Retry]
                public virtual SpoutFile[] Daily(DateTimeOffset due, [Cursor(FormerName = "since")] Cursor<T> last) => [SpoutFile.Text($"/{time.GetUtcNow() - due}", "")];

                [Poll("1m")]
                [Batch(Files = 100)]
                public abstract List<SpoutFile> Poll([Cursor(FormerName = "from")] Cursor<Dictionary<string, int?>> at);

                [Schedule("@hourly", Name = "text")]
                public SpoutFile[] Find(Uri text) => [];
            }

            [Spout(
                "orders", OutputBranch = "raw", Description = "Orders.", Project = "web-shop", Parallelism = 1,
                Labels = ["team=web", "tier="], Annotations = ["example.org/contact=web@example.org"])]
            [Secret("shop-db", Key = "password", Environment = "SHOP_PASSWORD")]
            [Resources(Cpu = 0.5, Memory = "256Mi", Disk = "1Gi", CpuLimit = 1, MemoryLimit = "512Mi", DiskLimit = "2Gi")]
            [Service(8080, ExternalPort = 30080, Type = ServiceType.NodePort)]
            public sealed class Orders(TimeProvider time) : Shop<long>(time)
            {
                [Stream(Name = "orders", FormerName = "Listen")]
                [Batch(Bytes = 1 << 20, Period = "10s")]
                [Retry(Attempts = 3, DeadLetterAfter = 2, Delay = "2s", LongestDelay = "1m", MaxRetryAfter = "6h", Pipeline = "calm")]
                public IAsyncEnumerable<SpoutFile> Accept(CancellationToken stop) => throw new OperationCanceledException(stop);

                public override List<SpoutFile> Poll(Cursor<Dictionary<string, int?>> at) => [];

                [Poll("1s")]
                [Retry(Timeout = "5m")]
                public SpoutFile[] Find(object text) => [];
            }
            """,
            Microsoft.CodeAnalysis.OutputKind.DynamicallyLinkedLibrary).CleanUnmuted();

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
            Microsoft.CodeAnalysis.OutputKind.DynamicallyLinkedLibrary).CleanUnmuted();

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
            [Spout("p", Project = "Web", Parallelism = 0, Labels = ["team"], Annotations = ["app name=x"])]
            [Service(9090, Type = ServiceType.NodePort), Resources(Memory = "lots", Cpu = 2, CpuLimit = 1, Disk = "2G", DiskLimit = "1Gi")]
            [Secret("Db", MountPath = "x"), Secret("db", Key = "a b", Environment = "PATH"), Secret("db", MountPath = "/tmp"), Secret("db", MountPath = "/db:"), Secret("a.b", MountPath = "/a")]
            public class P
            {
                [Poll("1s"), Stream, Batch] public SpoutFile[] Fetch(DateTimeOffset due) => [];
                [Schedule("0 24 * * *", TimeZone = "here", Within = "x"), Batch(Files = -1)] public SpoutFile[] A() => [];
                [Schedule("* * *"), Retry(Attempts = -1)] public SpoutFile[] B() => [];
                [Schedule("@often", FormerName = "A"), Retry(Delay = "1m")] public SpoutFile[] C([Cursor(FormerName = "")] Cursor<int> last) => [];
                [Schedule("0 0 30 2 *")] public SpoutFile[] D() => [];
                [Schedule("0 0 32 * *")] public SpoutFile[] E() => [];
                [Schedule("0 0 * MAI *")] public SpoutFile[] F() => [];
                [Schedule("0 0 * * 8")] public SpoutFile[] G() => [];
                [Stream] public SpoutFile[] H() => [];
                [Batch] public void I() { }
            }
            [Spout("quite-a-long-name-for-a-spout-that-is-still-legal", Project = "a-long-project"), Service(8080, ExternalPort = 0)]
            public class Q { [Poll("30s")] public SpoutFile[] Fetch() => []; }
            public class M { [Poll("30s")] public SpoutFile[] Fetch() => []; private class N { [Spout("n")] public class O; } }
            """);

        Snapshot.Verify(string.Concat(outcome.Reported
            .OrderBy(static mistake => mistake.Id, StringComparer.Ordinal)
            .ThenBy(static mistake => mistake.Location.SourceSpan)
            .Select(static mistake => $"// {mistake.Id}: {mistake.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}\n")));
    }
}
