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
}
