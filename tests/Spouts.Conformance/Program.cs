using Spouts.Conformance;

// With doors given: play against them and print a table. Without: the tests.
int cluster = Array.IndexOf(args, "--cluster"), sidecar = Array.IndexOf(args, "--sidecar");
if (cluster < 0 && sidecar < 0 && !args.Contains("--table"))
    return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
string? filter = args.Where((argument, i) => !argument.StartsWith("--", StringComparison.Ordinal) && (i == 0 || args[i - 1] is not ("--cluster" or "--sidecar")))
    .FirstOrDefault();
if (cluster >= 0 && sidecar >= 0)
{
    using Player player = Player.Against(args[cluster + 1], args[sidecar + 1]);
    return await Table.PrintAsync(_ => player, filter);
}

await using ServerFixture servers = new();
await servers.InitializeAsync();
return await Table.PrintAsync(servers.PlayerOf, filter);
