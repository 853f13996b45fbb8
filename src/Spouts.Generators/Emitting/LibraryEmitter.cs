using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Emitting;

/// <summary>Writes what the programs that refer to a library need, to run its spouts and to build their specs.</summary>
internal static class LibraryEmitter
{
    private const string Registrar = "LibrarySpouts";

    /// <summary>The file; null for a program, or where all spouts have mistakes.</summary>
    public static SourceText? Emit(AppModel app)
    {
        if (app.Host.Library is not { } library || app.Spouts.Count == 0)
            return null;
        string space = $"Spouts.Generated.{Namespace(library)}";
        SourceWriter writer = new();
        writer.Write(Header.Text);
        foreach (SpoutModel spout in app.Spouts)
        {
            writer.Write(
                $"[assembly: global::Spouts.Hosting.LibrarySpout({SymbolDisplay.FormatLiteral(spout.Name, quote: true)}, typeof(global::{space}.{Registrar}), {ManifestEmitter.Literal(ManifestJson.Of(spout).ToString())})]");
        }

        writer.Write(
            $$"""

            namespace {{space}};

            /// <summary>Registers the spouts of this library in the programs that refer to it.</summary>
            {{Header.Plumbing}}
            [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
            public static class {{Registrar}}
            {
                /// <summary>Adds every spout of the library.</summary>
                /// <param name="services">The services of the program.</param>
                public static void AddSpouts(global::Microsoft.Extensions.DependencyInjection.IServiceCollection services) =>
                    global::Microsoft.Extensions.DependencyInjection.SpoutsServiceCollectionExtensions.AddSpouts(services);
            }
            """);
        return writer.ToSourceText();
    }

    /// <summary>The assembly's name as a namespace, as the SDK makes one of it.</summary>
    private static string Namespace(string assembly) => string.Join(".", assembly.Split('.').Select(static part =>
    {
        string name = new([.. part.Select(static c => SyntaxFacts.IsIdentifierPartCharacter(c) ? c : '_')]);
        return name.Length > 0 && SyntaxFacts.IsIdentifierStartCharacter(name[0]) ? Displayed.Identifier(name) : "_" + name;
    }));
}
