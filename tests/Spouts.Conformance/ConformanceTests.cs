using Xunit;

namespace Spouts.Conformance;

/// <summary>Every recorded scenario is answered as the real server answered it, or is known not to be yet.</summary>
public sealed class ConformanceTests(ServerFixture server)
{
    public static TheoryData<string> Scenarios => new(Scenario.Names());

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_scenario_is_answered_as_recorded(string name)
    {
        string? reason = NotYet.Reason(name);
        try
        {
            Scenario scenario = Scenario.Load(name);
            await server.PlayerOf(scenario).PlayAsync(scenario);
        }
        catch (Exception e) when (reason is not null && e is NotServedException or ScenarioFailedException or NotSupportedException)
        {
            return;
        }

        Assert.True(reason is null || NotYet.IsRace(reason), $"{name} passes: take it off the list not-yet.txt.");
    }

    [Fact]
    public void The_list_names_only_scenarios_that_exist()
        => Assert.Empty(NotYet.Names.Except(Scenario.Names()));
}
