namespace Spouts.Conformance;

/// <summary>Plays scenarios by hand and prints what came of them.</summary>
internal static class Table
{
    /// <param name="playerOf">Against what a scenario is played.</param>
    public static async Task<int> PrintAsync(Func<Scenario, Player> playerOf, string? filter)
    {
        Dictionary<string, int[]> areas = [];
        foreach (string name in Scenario.Names().Where(name => filter is null || name.Contains(filter, StringComparison.Ordinal)))
        {
            Scenario scenario = Scenario.Load(name);
            int[] counts = areas.TryGetValue(scenario.Area, out int[]? known) ? known : areas[scenario.Area] = new int[3];
            try
            {
                await playerOf(scenario).PlayAsync(scenario);
                counts[0]++;
            }
            catch (ScenarioFailedException e)
            {
                counts[1]++;
                Console.WriteLine($"FAILED {name}: {e.Message}");
            }
            catch (Exception e) when (e is NotServedException or NotSupportedException)
            {
                counts[2]++;
                Console.WriteLine($"NOT SERVED {name}: {e.Message}");
            }
        }

        Console.WriteLine($"{"area",-12}{"passed",8}{"failed",8}{"not served",12}");
        foreach ((string area, int[] counts) in areas)
            Console.WriteLine($"{area,-12}{counts[0],8}{counts[1],8}{counts[2],12}");
        return areas.Values.Sum(counts => counts[1]) == 0 ? 0 : 1;
    }
}
