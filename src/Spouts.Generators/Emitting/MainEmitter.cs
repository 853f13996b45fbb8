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
            // A library that this program is a friend of has such a class, too.
            #pragma warning disable CS0436

            namespace Spouts.Generated;

            /// <summary>The program's entry point, since it has none of its own.</summary>
            {{Header.Plumbing}}
            internal static class Program
            {
                private static global::System.Threading.Tasks.Task<int> Main(string[] args) =>
                    global::Spouts.Hosting.SpoutProgram.RunAsync(
                        args,
                        {{Header.SteppedThrough}} static (services) =>
                            global::Microsoft.Extensions.DependencyInjection.SpoutsServiceCollectionExtensions.AddSpouts(services));
            }
            """);
        return writer.ToSourceText();
    }
}
