using Spouts.Chaos.Mutations;
using Xunit;

namespace Spouts.Chaos;

public sealed class MutationTests
{
    [Fact]
    public void Every_mutation_still_finds_what_it_takes_out()
    {
        foreach (Edit edit in MutationList.All.SelectMany(mutation => mutation.Edits))
        {
            string source = File.ReadAllText(MutationRun.SourceOf(edit, MutationRun.Root));

            Assert.NotEqual(source, edit.Apply(source));
        }
    }
}
