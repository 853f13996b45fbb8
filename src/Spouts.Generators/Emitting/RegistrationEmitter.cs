using Microsoft.CodeAnalysis.Text;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Emitting;

/// <summary>Writes <c>AddSpouts</c>: the registration of every spout, with typed delegates.</summary>
/// <param name="codecs">The codecs of the cursors.</param>
internal sealed class RegistrationEmitter(CodecNames codecs)
{
    private const int LongestLine = 100;
    private const string Hosting = "global::Spouts.Hosting";

    public SourceText Emit(AppModel app)
    {
        string what = app.Host.Library is null ? "program" : "library";
        string others = app.Host.Friends.Count > 0 ? ", of the libraries that it refers to, and of the projects that let it see theirs." : " and of the libraries that it refers to.";
        string adds = app.Host.Library is null || app.Host.Friends.Count > 0 ? $"Adds every spout of this {what}{others}" : "Adds every spout of this library.";
        SourceWriter writer = new();
        writer.Write(Header.Text);
        writer.Write(
            $$"""
            {{Header.Muted}}

            global using global::{{AssemblyNames.RegistrationSpace(app.Host.Assembly)}};
            using global::Microsoft.Extensions.DependencyInjection;
            using global::Spouts.Hosting;

            namespace {{AssemblyNames.RegistrationSpace(app.Host.Assembly)}};

            /// <summary>Registers the spouts of this {{what}}.</summary>
            {{Header.Plumbing}}
            internal static class {{AssemblyNames.Registration}}
            {
                /// <summary>{{adds}} A spout whose class is registered already keeps that registration.</summary>
                public static global::Microsoft.Extensions.DependencyInjection.IServiceCollection AddSpouts(
                    this global::Microsoft.Extensions.DependencyInjection.IServiceCollection services)
                {
            """);
        using (writer.Indent())
        using (writer.Indent())
        {
            foreach (SpoutModel spout in app.Spouts)
                WriteSpout(writer, spout);
            foreach (string registrar in app.Host.Spouts.Select(static spout => spout.Registrar).Distinct().OrderBy(static registrar => registrar, StringComparer.Ordinal))
                writer.Write($"{registrar}.AddSpouts(services);");
            foreach (string friend in app.Host.Friends)
                writer.Write($"{friend}.AddSpouts(services);");
            writer.Write("return services;");
        }

        writer.Write(
            """
                }
            }
            """);
        return writer.ToSourceText();
    }

    private void WriteSpout(SourceWriter writer, SpoutModel spout)
    {
        writer.Write($"services.AddSpout<{spout.Class}>(");
        using (writer.Indent())
        {
            writer.Write(
                $$"""
                {{Header.SteppedThrough}} static (services) => {{Made(spout.Constructor)}},
                new {{Hosting}}.SpoutRegistration
                {
                    Name = {{Literal(spout.Name)}},
                    OutputBranch = {{Literal(spout.OutputBranch)}},
                """);
            using (writer.Indent())
            {
                if (spout.Sources.Any(static source => !source.IsStatic))
                    WriteServices(writer, [.. spout.Constructor.Arguments, .. spout.Constructor.Members.Select(static member => member.Value)]);
                writer.Write("Sources =\n[");
                using (writer.Indent())
                {
                    foreach (SourceModel source in spout.Sources)
                        WriteSource(writer, spout, source);
                }

                writer.Write("],");
            }

            writer.Write("});\n");
        }
    }

    private void WriteSource(SourceWriter writer, SpoutModel spout, SourceModel source)
    {
        writer.Write(
            $$"""
            new {{Hosting}}.SourceRegistration
            {
                Name = {{Literal(source.Name)}},
            """);
        using (writer.Indent())
        {
            if (source.FormerName is { } former)
                writer.Write($"FormerName = {Literal(former)},");
            writer.Write($"Trigger = {PolicyEmitter.Trigger(source.Trigger)},");
            if (source.Batch is { } batch)
                writer.Write($"Batch = {PolicyEmitter.Batch(batch)},");
            if (source.Retry is { } retry)
                writer.Write($"Retry = {PolicyEmitter.Retry(retry)},");
            WriteServices(writer, source.Arguments);
            WriteCursors(writer, source.Arguments);
            writer.Write($"Run = {Header.SteppedThrough} static (services, run, cancellationToken) =>");
            using (writer.Indent())
                writer.Write(Streamed(source.Shape, Called(spout, source)) + ",");
        }

        writer.Write("},");
    }

    /// <summary>The services among some arguments that cannot be null, so that the program can tell at its start which are missing.</summary>
    private static void WriteServices(SourceWriter writer, IEnumerable<ArgumentModel> arguments)
    {
        string[] services = [.. arguments.OfType<ServiceArgument>()
            .Where(static service => !service.IsOptional)
            .Select(static service => $"(typeof({service.Type}), {service.Key ?? "null"}),")];
        if (services.Length > 0)
            writer.Write($"Services =\n[\n    {string.Join("\n    ", services)}\n],");
    }

    /// <summary>The cursors among some arguments, so that the program can compare them with its ledger.</summary>
    private void WriteCursors(SourceWriter writer, IEnumerable<ArgumentModel> arguments)
    {
        string[] cursors = [.. arguments.OfType<CursorArgument>()
            .Select(cursor => $"{Hosting}.CursorRegistration.Of({Literal(cursor.Name)}, {codecs.Expression(cursor.Codec)}{Former(cursor)}),")];
        writer.Write(cursors.Length == 0 ? "Cursors = []," : $"Cursors =\n[\n    {string.Join("\n    ", cursors)}\n],");
    }

    private static string Former(CursorArgument cursor) => cursor.FormerName is { } former ? $", {Literal(former)}" : "";

    /// <summary>A new object of the spout's class.</summary>
    private string Made(ConstructorModel constructor)
    {
        string call = Call("new", constructor.Arguments.Select(Value));
        return constructor.Members.Count == 0
            ? call
            : $"{call}\n{{\n    {string.Join("\n    ", constructor.Members.Select(member => $"{member.Name} = {Value(member.Value)},"))}\n}}";
    }

    private string Called(SpoutModel spout, SourceModel source)
    {
        string instance = $"services.GetRequiredService<{spout.Class}>()";
        string target = source switch
        {
            { IsStatic: true } => source.Through ?? spout.Class,
            { Through: { } through } => $"(({through}){instance})",
            _ => instance,
        };
        return Call($"{target}.{source.Method}", source.Arguments.Select(Value));
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

    private string Value(ArgumentModel argument) => argument switch
    {
        CancellationArgument => "cancellationToken",
        ContextArgument => "run.Context",
        DueArgument => "run.Due",
        CursorArgument cursor => $"run.Cursor({Literal(cursor.Name)}, {codecs.Expression(cursor.Codec)})",
        ServiceArgument service => Value(service),
        _ => throw new ArgumentOutOfRangeException(nameof(argument), argument, "An argument without a value."),
    };

    private static string Value(ServiceArgument service)
    {
        string keyed = service.Key is null ? "" : "Keyed";
        return service switch
        {
            { IsOptional: false } => $"services.GetRequired{keyed}Service<{service.Type}>({service.Key})",

            // Of a value type, the generic method would make a null.
            { IsPlainValue: true } => $"({service.Type})(services.Get{keyed}Service(typeof({service.Type}){(service.Key is { } key ? ", " + key : "")}) ?? {service.Default})",
            { Default: { } value } => $"services.Get{keyed}Service<{service.Type}>({service.Key}) ?? {value}",
            _ => $"services.Get{keyed}Service<{service.Type}>({service.Key}){(service.IsNullable ? "" : "!")}",
        };
    }

    private static string Literal(string text) => Literals.Text(text);
}
