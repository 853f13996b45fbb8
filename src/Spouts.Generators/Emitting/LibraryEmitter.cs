using Microsoft.CodeAnalysis.Text;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Emitting;

/// <summary>Writes what the programs that refer to a library need, to run its spouts and to build their specs.</summary>
internal static class LibraryEmitter
{
    /// <summary>The file; null for a program, or where there is no spout without mistakes.</summary>
    public static SourceText? Emit(AppModel app)
    {
        if (app.Host.Library is not { } library || app.Spouts.Count + app.Host.Inner.Count == 0)
            return null;
        string registrar = "Library_" + AssemblyNames.Identifier(library);
        SourceWriter writer = new();
        writer.Write(Header.Text);
        if (app.Host.Inner.Count > 0)
            writer.Write($"{Header.Muted}\n");
        foreach (SpoutModel spout in app.Spouts)
            writer.Write(Named(spout.Name, $"global::{AssemblyNames.Space}.{registrar}", ManifestJson.Of(spout).ToString()));

        // By these, a program that does not refer to their library can tell that it has not got them.
        foreach (LibrarySpout spout in app.Host.Inner)
            writer.Write(Named(spout.Name, spout.Registrar, spout.Manifest));
        if (app.Spouts.Count > 0)
            WriteRegistrar(writer, registrar, library);
        return writer.ToSourceText();
    }

    private static string Named(string spout, string registrar, string manifest) =>
        $"[assembly: global::Spouts.Hosting.LibrarySpout({Literals.Text(spout)}, typeof({registrar}), {ManifestEmitter.Literal(manifest)})]";

    private static void WriteRegistrar(SourceWriter writer, string registrar, string library) => writer.Write(
        $$"""

        namespace {{AssemblyNames.Space}};

        /// <summary>Registers the spouts of this library in the programs that refer to it.</summary>
        {{Header.Plumbing}}
        [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
        public static class {{registrar}}
        {
            /// <summary>Adds every spout of the library.</summary>
            /// <param name="services">The services of the program.</param>
            public static void AddSpouts(global::Microsoft.Extensions.DependencyInjection.IServiceCollection services) =>
                global::{{AssemblyNames.RegistrationSpace(library)}}.{{AssemblyNames.Registration}}.AddSpouts(services);
        }
        """);
}
