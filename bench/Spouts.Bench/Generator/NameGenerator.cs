using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Spouts.Generators.Symbols;

namespace Spouts.Bench.Generator;

/// <summary>The least that a generator of spouts could do: it finds the attribute and lists the names of the classes.</summary>
internal sealed class NameGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(
        context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownTypes.SpoutAttribute,
                static (node, _) => node is ClassDeclarationSyntax or RecordDeclarationSyntax,
                static (marked, _) => marked.TargetSymbol.Name)
            .Collect(),
        static (output, names) => output.AddSource("Names.g.cs", string.Join("\n", names.Select(static name => "// " + name))));
}
