using Microsoft.CodeAnalysis.Text;

namespace Spouts.Generators.Emitting;

/// <summary>Writes <c>Main</c>.</summary>
internal static class MainEmitter
{
    public static SourceText Emit(string assembly)
    {
        SourceWriter writer = new();
        writer.Write(Header.Text);
        writer.Write(
            $$"""
            namespace {{AssemblyNames.Space}};

            /// <summary>The program's entry point, since it has none of its own.</summary>
            {{Header.Plumbing}}
            internal static class Program
            {
                private static global::System.Threading.Tasks.Task<int> Main(string[] args) =>
                    global::Spouts.Hosting.SpoutProgram.RunAsync(
                        args,
                        {{Header.SteppedThrough}} static (services) =>
                            global::{{AssemblyNames.RegistrationSpace(assembly)}}.{{AssemblyNames.Registration}}.AddSpouts(services));
            }
            """);
        return writer.ToSourceText();
    }
}
