namespace Spouts.Build.Tests.RealBuilds;

/// <summary>Generated code before every analyzer of the SDK, each of their warnings an error.</summary>
public sealed class GeneratedCodeTests
{
    private const string Strict =
        """
        <AnalysisLevel>latest-all</AnalysisLevel>
        <EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
        <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
        <ImplicitUsings>disable</ImplicitUsings>
        <IsAotCompatible>true</IsAotCompatible>
        <EnableSingleFileAnalyzer>true</EnableSingleFileAnalyzer>
        """;

    private const string EveryAnnotation =
        """
        using System;
        using System.Collections.Generic;
        using System.Net.Http;
        using System.Runtime.CompilerServices;
        using System.Text.Json;
        using System.Threading;
        using System.Threading.Tasks;
        using Microsoft.Extensions.DependencyInjection;
        using Spouts;

        namespace Demo;

        internal readonly record struct Offset(int Partition, long At);

        internal sealed record Position(string Topic, DateTimeOffset? Since, bool IsFull = true)
        {
            public required IReadOnlyList<Offset> Offsets { get; init; }
            public int Page { get; init; } = 1;

            public static Position Migrate(JsonElement saved) => new(saved.GetRawText(), null) { Offsets = [] };
        }

        [Retry(Attempts = 5)]
        internal abstract class Shop<T>(TimeProvider time)
        {
            public required HttpClient Http { get; init; }

            [Schedule("0 6 * * MON-FRI", TimeZone = "Europe/Berlin", Missed = Missed.All, Within = "6h", Jitter = "30s", Overlap = Overlap.Wait, RunOnStart = true)]
            public virtual IReadOnlyList<SpoutFile> Daily(DateTimeOffset due, Cursor<T> last) => [SpoutFile.Text($"/{time.GetUtcNow() - due}", $"{last}{Http}")];
        }

        [Spout("orders", OutputBranch = "raw", Description = "Orders.", Project = "web-shop", Parallelism = 1, Labels = ["team=web"], Annotations = ["example.org/contact=web"])]
        [Secret("shop-db", Key = "password", Environment = "SHOP_PASSWORD")]
        [Secret("shop-tls", MountPath = "/secrets/tls")]
        [Resources(Cpu = 0.5, Memory = "256Mi", Disk = "1Gi", CpuLimit = 1, MemoryLimit = "512Mi", DiskLimit = "2Gi")]
        [Service(8080, ExternalPort = 30080, Type = ServiceType.NodePort)]
        internal sealed class Orders(TimeProvider time, [FromKeyedServices("shop")] HttpClient shop, Uri? proxy) : Shop<Position>(time)
        {
            [Stream(Name = "orders", FormerName = "Listen")]
            [Batch(Files = 100, Bytes = 1 << 20, Period = "10s")]
            [Retry(Attempts = 3, Delay = "2s", LongestDelay = "1m")]
            public async IAsyncEnumerable<SpoutFile> Listen([EnumeratorCancellation] CancellationToken cancellationToken)
            {
                yield return SpoutFile.Text("/order", await shop.GetStringAsync(proxy, cancellationToken).ConfigureAwait(false));
            }

            [Poll("1m")]
            [Retry(Timeout = "5m")]
            public async Task<SpoutFile?> Latest(Cursor<Offset> last, SpoutContext context, [FromKeyedServices(2)] Version? version, CancellationToken cancellationToken)
            {
                last.Value = last.Value with { At = last.Value.At + 1 };
            string text = await shop.GetStringAsync(proxy, cancellationToken).ConfigureAwait(false);
                return SpoutFile.Text($"/{context.Spout}/{version}", text);
            }
        }
        """;

    [Theory]
    [InlineData("Exe")]
    [InlineData("Library")]
    public void It_compiles_without_a_warning(string outputType)
    {
        using RealProject project = RealProject.InRepo(EveryAnnotation, $"{Strict}<OutputType>{outputType}</OutputType>");

        string output = project.Dotnet($"build -c {Configuration.Name}");

        Assert.Contains("0 Warning(s)", output, StringComparison.Ordinal);
    }
}
