using Spouts.Chaos.Mutations;
using Xunit;

namespace Spouts.Chaos;

public sealed class MutationTests
{
    [Fact]
    public void Every_mutation_still_finds_what_it_takes_out()
    {
        foreach (Mutation mutation in MutationList.All)
        {
            string source = File.ReadAllText(MutationRun.SourceOf(mutation, MutationRun.Root));

            Assert.NotEqual(source, mutation.Apply(source));
        }
    }
}
