using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spouts.Generators;

namespace Spouts.Bench.Generator;

/// <summary>
/// What an edit makes the generator do, against the least that a generator could do: after each edit both run on a program of
/// their own that nobody has looked at yet.
/// </summary>
internal sealed class GeneratorBench(Report report)
{
    private const int Turns = 60;
    private const int Warm = 20;

    private static readonly int[] s_sizes = [10, 100, 1000];

    public void Run()
    {
        // A compiler has run for a while when somebody types.
        foreach (string edit in SpoutProgram.Edits)
            Measure(new SpoutProgram(100), edit);
        Dictionary<(string Edit, int Size), double> costs = [];
        foreach (int size in s_sizes)
        {
            report.Section($"{size:N0} spouts in as many files, an edit in");
            SpoutProgram program = new(size);
            foreach (string edit in SpoutProgram.Edits)
            {
                (double least, double cost, double ratio) = Measure(program, edit);
                costs.Add((edit, size), cost);
                report.Figure($"{edit}: the least, the generator", $"{least:N2}, {cost:N2} ms");
                report.AtMost("   against the least", ratio, edit == SpoutProgram.ChangesSpout || size == s_sizes[0] ? 3 : 2);
            }
        }

        report.Section("Ten times the spouts");
        foreach (string edit in SpoutProgram.Edits)
            report.AtMost($"{edit}: a spout of 1,000 against one of 100", costs[(edit, 1000)] / costs[(edit, 100)] / 10, 1.5);
    }

    /// <summary>Medians of milliseconds, and the median of the ratios of each turn.</summary>
    private static (double Least, double Cost, double Ratio) Measure(SpoutProgram program, string edit)
    {
        Editor least = new(program, new NameGenerator());
        Editor generator = new(program, new SpoutGenerator());
        List<(double Least, double Cost)> times = [];
        for (int turn = 1; turn <= Turns + Warm; turn++)
        {
            // Whoever comes second finds the processor's caches as the other has left them: each is second every other time.
            double second = turn % 2 == 0 ? generator.Time(edit, turn) : 0;
            double first = least.Time(edit, turn);
            if (turn % 2 != 0)
                second = generator.Time(edit, turn);
            if (turn > Warm)
                times.Add((first, second));
        }

        return (Median.Of(times.Select(time => time.Least)), Median.Of(times.Select(time => time.Cost)), Median.Of(times.Select(time => time.Cost / time.Least)));
    }

    /// <summary>A program that is open in an editor, with one generator.</summary>
    private sealed class Editor
    {
        private readonly SpoutProgram _program;
        private CSharpCompilation _compilation;
        private GeneratorDriver _driver;

        public Editor(SpoutProgram program, IIncrementalGenerator generator)
        {
            _program = program;
            _compilation = program.Compile();
            _driver = SpoutProgram.Driver(generator).RunGenerators(_compilation);
        }

        /// <summary>The milliseconds that the generator takes after an edit.</summary>
        public double Time(string edit, int turn)
        {
            _compilation = _program.Edit(_compilation, edit, turn);
            long start = Stopwatch.GetTimestamp();
            _driver = _driver.RunGenerators(_compilation);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }
}
