using System.CommandLine;

namespace Spouts.Bench.Generator;

/// <summary><c>generator</c>: what an edit costs in an editor. Exit code 1 where a limit is missed.</summary>
internal static class GeneratorCommand
{
    public static Command Create()
    {
        Command generator = new("generator", "Measures the source generator.");
        generator.SetAction(_ =>
        {
            Report report = new(Console.Out, judgesSpeed: true);
            new GeneratorBench(report).Run();
            return report.End();
        });
        return generator;
    }
}
