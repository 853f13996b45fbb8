using System.CommandLine;
using Spouts.Local.Children;
using Spouts.Local.Cli;

// A keeper handles signals itself, and knows no options.
if (args is [Keeper.Command])
    return await Keeper.RunAsync();
// Signals end the process at once (LocalProcess): the library's two seconds of grace would only delay that.
return await CommandLine.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
