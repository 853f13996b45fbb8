using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Spouts.Architecture;

/// <summary>The sources of one project, bound by the compiler, to ask which folder uses what.</summary>
internal sealed class Sources
{
    private readonly string _folder;
    private readonly CSharpCompilation _compilation;

    public Sources(string project)
    {
        _folder = Repository.Project(project);
        // Generated sources (the protocol, global usings) are needed to bind, but belong to no folder.
        IEnumerable<string> files = Directory.EnumerateFiles(_folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !IsOutput(file) || IsCurrentOutput(file));
        CSharpParseOptions options = new(LanguageVersion.Preview);
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        _compilation = CSharpCompilation.Create(
            project,
            files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file)),
            platform.Where(file => Path.GetFileNameWithoutExtension(file) != project).Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
    }

    /// <summary>Each use of a type of another folder: the folder that uses, the folder used, and where.</summary>
    public IEnumerable<(string From, string To, string Where)> Uses()
    {
        foreach (SyntaxTree tree in _compilation.SyntaxTrees.Where(tree => !IsOutput(tree.FilePath)))
        {
            SemanticModel model = _compilation.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                ISymbol? symbol = model.GetSymbolInfo(name).Symbol;
                INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
                if (type is null || Folder(tree.FilePath) is not { } from)
                    continue;
                foreach (string to in Declarations(type).Select(Folder).OfType<string>().Distinct().Where(to => to != from))
                    yield return (from, to, $"{Path.GetRelativePath(_folder, tree.FilePath)}: {name}");
            }
        }
    }

    /// <summary>The namespaces of another assembly whose types this project uses.</summary>
    public IEnumerable<(string Namespace, string Where)> UsesOf(string assembly)
    {
        foreach (SyntaxTree tree in _compilation.SyntaxTrees.Where(tree => !IsOutput(tree.FilePath)))
        {
            SemanticModel model = _compilation.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (model.GetSymbolInfo(name).Symbol is INamedTypeSymbol type && type.ContainingAssembly?.Name == assembly)
                    yield return (type.ContainingNamespace.ToDisplayString(), $"{Path.GetRelativePath(_folder, tree.FilePath)}: {name}");
            }
        }
    }

    private static ImmutableArray<string> Declarations(ISymbol symbol) =>
        [.. symbol.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath).Where(file => !IsOutput(file))];

    private static bool IsOutput(string file) =>
        file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        || file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static bool IsCurrentOutput(string file) =>
        file.Contains(Path.Combine("obj", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0"), StringComparison.Ordinal);

    // The first folder below the project; null for a file at its top, which composes the others.
    private string? Folder(string file)
    {
        string[] parts = Path.GetRelativePath(_folder, file).Split(Path.DirectorySeparatorChar);
        return parts.Length > 1 ? parts[0] : null;
    }
}
