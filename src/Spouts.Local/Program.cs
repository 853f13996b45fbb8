using System.CommandLine;
using Spouts.Local.Cli;

// Signals end the process at once (LocalProcess): the library's two seconds of grace would only delay that.
return await CommandLine.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
