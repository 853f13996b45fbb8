using System.CommandLine;
using Spouts.Bench;
using Spouts.Bench.Generator;
using Spouts.Bench.Local;
using Spouts.Bench.Publishing;

RootCommand root = new("Measures Spouts. docs/benchmarks.md says what each row means.") 
{
    LocalCommand.Create(), GeneratorCommand.Create(), PublishCommand.Create(), RawServer.Command(),
};
return await root.Parse(args).InvokeAsync();
