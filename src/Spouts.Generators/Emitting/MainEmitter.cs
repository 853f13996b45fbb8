using Microsoft.CodeAnalysis.Text;

namespace Spouts.Generators.Emitting;

/// <summary>Writes <c>Main</c>.</summary>
internal static class MainEmitter
{
    public static SourceText Emit()
    {
        SourceWriter writer = new();
        writer.Write(Header.Text);
        writer.Write(
            $$"""
            using global::Microsoft.Extensions.DependencyInjection;

            namespace Spouts.Generated;

            /// <summary>The program's entry point, since it has none of its own.</summary>
            {{Header.GeneratedCode}}
            internal static class Program
            {
                private static async global::System.Threading.Tasks.Task<int> Main(string[] args) =>
                    await global::Spouts.Hosting.SpoutProgram.RunAsync(args, static services => services.AddSpouts());
            }
            """);
        return writer.ToSourceText();
    }
}
