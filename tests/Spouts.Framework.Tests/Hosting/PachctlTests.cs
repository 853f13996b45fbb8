using Spouts.Hosting;

namespace Spouts.Tests.Hosting;

/// <summary>Commands in messages can be copied and run: pachctl takes a project as an option only.</summary>
public sealed class PachctlTests
{
    public static TheoryData<string> Commands =>
    [
        Pachctl.StartPipeline("shop", "clicks"),
        Pachctl.RestartPipeline("shop", "clicks"),
        Pachctl.ListCommits("shop", "clicks"),
        Pachctl.ListBranches("shop", "clicks"),
        Pachctl.ListPipelines("shop"),
        Pachctl.DropCommit("shop", "clicks", "0123"),
        Pachctl.DropCommits("shop", "clicks", ["4567", "0123"]),
        Pachctl.SquashCommit("shop", "clicks", "0123"),
        Pachctl.Logs("shop", "clicks"),
        Pachctl.GrantRole("shop", "clicks", "repoReader", "robot:looker"),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_names_the_project_as_an_option_and_never_in_a_name(string command)
    {
        foreach (string one in command.Split(" && "))
        {
            Assert.StartsWith("pachctl ", one, StringComparison.Ordinal);
            Assert.Contains(" --project shop", one, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("shop/", command, StringComparison.Ordinal);
    }

    [Fact]
    public void Commits_are_dropped_in_the_order_given() =>
        Assert.Equal(
            "pachctl delete commitV2 clicks@4567 --project shop && pachctl delete commitV2 clicks@0123 --project shop",
            Pachctl.DropCommits("shop", "clicks", ["4567", "0123"]));

    [Theory]
    [InlineData("Pachyderm did not inspect the branch shop/clicks@master: branch \"master\" not found.", "pachctl list branch clicks --project shop")]
    [InlineData("Pachyderm did not inspect the commit shop/clicks@0123: commit not found.", "pachctl list branch clicks --project shop")]
    [InlineData("Pachyderm did not inspect the branch shop/clicks@master: repo shop/clicks not found.", "pachctl list pipeline --project shop")]
    public void What_is_missing_is_looked_for_in_the_repo_that_the_message_names(string message, string command) =>
        Assert.EndsWith(command, SpoutProgram.Explain(new PachydermException(PachydermErrorKind.NotFound, message)).Text, StringComparison.Ordinal);
}
