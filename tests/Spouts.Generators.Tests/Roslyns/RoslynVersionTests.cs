namespace Spouts.Generators.Tests.Roslyns;

/// <summary>
/// The generator and the analyzers are built against the oldest Roslyn that they run in, which the other tests use. The same build
/// says and writes the same in newer ones.
/// </summary>
public sealed class RoslynVersionTests
{
    private const string Oldest = "4.8.0";

    private const string EveryAnnotation =
        """
        using System.Runtime.CompilerServices;
        using Microsoft.Extensions.DependencyInjection;
        using Spouts;

        namespace Demo;

        public sealed record Position(string Topic, DateTimeOffset? Since = null, List<long>? Offsets = null);

        [Spout("clicks", OutputBranch = "raw", Description = "Clicks of the \"web\" shop.", Project = "shop", Parallelism = 2, Labels = new[] { "team=web" }, Annotations = new[] { "owner=shop" })]
        [Secret("shop", Key = "password", Environment = "SHOP_PASSWORD")]
        [Secret("tls", MountPath = "/secrets/tls")]
        [Resources(Cpu = 0.5, Memory = "256Mi", Disk = "1Gi", CpuLimit = 1, MemoryLimit = "512Mi", DiskLimit = "2Gi")]
        [Retry(Attempts = 5, Delay = "2s", LongestDelay = "1m", Timeout = "5m")]
        public sealed class Clicks(HttpClient http, [FromKeyedServices("main")] IServiceProvider? services)
        {
            [Poll("30s", Name = "fetch", FormerName = "pull")]
            [Batch(Files = 1000, Bytes = 1 << 20, Period = "10s")]
            public async IAsyncEnumerable<SpoutFile> Fetch(Cursor<Position> last, SpoutContext context, [EnumeratorCancellation] CancellationToken stop)
            {
                last.Value = new("clicks");
                yield return SpoutFile.Text("/page", await http.GetStringAsync("/", stop));
                _ = services;
                _ = context;
            }

            [Schedule("0 6 * * MON-FRI", TimeZone = "Europe/Berlin", Missed = Missed.Once, Within = "6h", Jitter = "30s", Overlap = Overlap.Wait, RunOnStart = true)]
            [Retry(Attempts = 1)]
            public SpoutFile[] Daily(DateTimeOffset due) => [SpoutFile.Text($"/{due:yyyy-MM-dd}", "")];
        }

        [Spout("views")]
        [Service(8080, ExternalPort = 30080, Type = ServiceType.NodePort)]
        public sealed class Views
        {
            [Poll("1d")]
            public Task<SpoutFile?> Page(Cursor<Dictionary<string, int?>> seen) => Task.FromResult<SpoutFile?>(null);

            [Stream]
            public async IAsyncEnumerable<SpoutFile> Listen([EnumeratorCancellation] CancellationToken stop)
            {
                await Task.Delay(1, stop);
                yield return SpoutFile.Text("/a", "");
            }
        }
        """;

    [Theory]
    [InlineData("4.14.0")]
    [InlineData("5.12.0")]
    public void A_newer_Roslyn_runs_the_same_build_to_the_same_end(string version)
    {
        RoslynContext newer = new(version);

        Assert.Equal((Oldest, version), (Description.RoslynVersion(), newer.Version));
        Assert.All([EveryAnnotation, EveryMistake()], program => Assert.Equal(Description.Of(program), newer.Describe(program)));
    }

    [Fact]
    public void The_program_with_every_annotation_has_no_mistake() => Compiled.Run(EveryAnnotation).Clean();

    [Fact]
    public void The_program_with_every_mistake_has_each() => Assert.Equal(
        DocumentationTests.Ids.Select(static row => row.Data).Order(StringComparer.Ordinal),
        Compiled.Run(EveryMistake()).Reported.Select(static mistake => mistake.Id).Distinct().Order(StringComparer.Ordinal));

    /// <summary>The invalid example of each page, in a namespace of its own.</summary>
    private static string EveryMistake() => string.Join("\n", DocumentationTests.Ids.Select(static row => $"namespace {row.Data}\n{{\n{DocumentationTests.Example(row.Data, "Invalid")}\n}}"));
}
