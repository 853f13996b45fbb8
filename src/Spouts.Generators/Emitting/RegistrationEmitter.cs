using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Spouts.Generators.Models;

namespace Spouts.Generators.Emitting;

/// <summary>Writes <c>AddSpouts</c>: the registration of every spout, with typed delegates.</summary>
internal static class RegistrationEmitter
{
    private const int LongestLine = 100;
    private const string Hosting = "global::Spouts.Hosting";

    public static SourceText Emit(AppModel app)
    {
        SourceWriter writer = new();
        writer.Write(Header.Text);
        writer.Write(
            $$"""
            // A spout that is obsolete says so where it is written.
            #pragma warning disable CS0612, CS0618

            using global::Microsoft.Extensions.DependencyInjection.Extensions;
            using global::Spouts.Hosting;

            namespace Microsoft.Extensions.DependencyInjection;

            /// <summary>Registers the spouts of this program.</summary>
            {{Header.GeneratedCode}}
            internal static class SpoutsServiceCollectionExtensions
            {
                /// <summary>Adds every spout of this program. A spout whose class is registered already keeps that registration.</summary>
                public static global::Microsoft.Extensions.DependencyInjection.IServiceCollection AddSpouts(
                    this global::Microsoft.Extensions.DependencyInjection.IServiceCollection services)
                {
            """);
        using (writer.Indent())
        using (writer.Indent())
        {
            foreach (SpoutModel spout in app.Spouts)
                WriteSpout(writer, spout);
            writer.Write("return services;");
        }

        writer.Write(
            """
                }
            }
            """);
        return writer.ToSourceText();
    }

    private static void WriteSpout(SourceWriter writer, SpoutModel spout)
    {
        writer.Write($"services.TryAddSingleton<{spout.Class}>(static services => {Call("new", spout.Constructor.Select(Value))});");
        writer.Write(
            $$"""
            services.AddSpout(new {{Hosting}}.SpoutRegistration
            {
                Name = {{Literal(spout.Name)}},
                OutputBranch = {{Literal(spout.OutputBranch)}},
                Sources =
                [
            """);
        using (writer.Indent())
        using (writer.Indent())
        {
            foreach (SourceModel source in spout.Sources)
                WriteSource(writer, spout, source);
        }

        writer.Write(
            """
                ],
            });

            """);
    }

    private static void WriteSource(SourceWriter writer, SpoutModel spout, SourceModel source)
    {
        writer.Write(
            $$"""
            new {{Hosting}}.SourceRegistration
            {
                Name = {{Literal(source.Name)}},
                Trigger = new {{Hosting}}.PollTrigger(global::System.TimeSpan.{{Duration(source.Interval)}}),
                Run = static (services, run, cancellationToken) =>
            """);
        using (writer.Indent())
        using (writer.Indent())
        {
            string target = source.IsStatic ? spout.Class : $"services.GetRequiredService<{spout.Class}>()";
            string call = Call($"{target}.{source.Method}", source.Arguments.Select(Value));
            writer.Write(Streamed(source.Shape, call) + ",");
        }

        writer.Write("},");
    }

    /// <summary>
    /// A call of the method, made a stream of files whatever it returns. The <c>!</c> is for the compiler only: to it, a task of
    /// a file is no task of a file or null.
    /// </summary>
    private static string Streamed(SourceShape shape, string call) => shape switch
    {
        SourceShape.Stream => call,
        SourceShape.List => Call($"{Hosting}.SourceFiles.From", [call, "cancellationToken"]),
        SourceShape.TaskOfFile => Call($"{Hosting}.SourceFiles.From", [call + "!"]),
        SourceShape.TaskOfList => Call($"{Hosting}.SourceFiles.FromMany", [call]),
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "A shape without a way to stream it."),
    };

    /// <summary>A call on one line if it fits there, else with a line for each argument.</summary>
    private static string Call(string target, IEnumerable<string> arguments)
    {
        string[] values = [.. arguments];
        string line = $"{target}({string.Join(", ", values)})";
        return values.Length == 0 || (line.Length <= LongestLine && !line.Contains('\n'))
            ? line
            : $"{target}(\n    {string.Join(",\n", values).Replace("\n", "\n    ")})";
    }

    private static string Value(ArgumentModel argument) => argument switch
    {
        CancellationArgument => "cancellationToken",
        ContextArgument => "run.Context",
        CursorArgument cursor => $"run.Cursor({Literal(cursor.Name)}, {CodecEmitter.Expression(cursor.Codec)})",
        ServiceArgument { Key: { } key } service =>
            $"services.Get{(service.IsOptional ? "" : "Required")}KeyedService<{service.Type}>({key})",
        ServiceArgument service => $"services.Get{(service.IsOptional ? "" : "Required")}Service<{service.Type}>()",
        _ => throw new ArgumentOutOfRangeException(nameof(argument), argument, "An argument without a value."),
    };

    /// <summary>A duration in the largest unit that divides it.</summary>
    private static string Duration(TimeSpan interval) => (long)interval.TotalSeconds switch
    {
        var seconds when seconds % 86_400 == 0 => $"FromDays({seconds / 86_400})",
        var seconds when seconds % 3_600 == 0 => $"FromHours({seconds / 3_600})",
        var seconds when seconds % 60 == 0 => $"FromMinutes({seconds / 60})",
        var seconds => $"FromSeconds({seconds})",
    };

    private static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
