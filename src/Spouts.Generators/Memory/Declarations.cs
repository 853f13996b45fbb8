using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Spouts.Generators.Memory;

/// <summary>
/// What a program declares, as one value: equal for two versions of a program if what is declared in one of them means the same in
/// the other. It is told from the syntax, so it takes no longer than the edited file is long.
/// </summary>
internal sealed class Declarations : IEquatable<Declarations>
{
    private static readonly ConditionalWeakTable<Compilation, Declarations> Compilations = new();
    private static readonly ConditionalWeakTable<SyntaxTree, byte[]> Trees = new();
    private static readonly ConditionalWeakTable<object, byte[]> Identities = new();

    private static long s_identities;

    private readonly string _hash;

    private Declarations(string hash) => _hash = hash;

    public static Declarations Of(Compilation compilation, CancellationToken cancellation)
    {
        if (Compilations.TryGetValue(compilation, out Declarations? known))
            return known;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.Unicode.GetBytes(compilation.AssemblyName ?? ""));
        hash.AppendData(Identity(compilation.Options));
        foreach (MetadataReference reference in compilation.References)
            hash.AppendData(Identity(reference));
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
            hash.AppendData(Trees.TryGetValue(tree, out byte[]? of) ? of : Trees.GetValue(tree, tree => Hash(tree, tree.GetRoot(cancellation))));
        return Compilations.GetValue(compilation, _ => new(Convert.ToBase64String(hash.GetHashAndReset())));
    }

    public bool Equals(Declarations? other) => other is not null && other._hash == _hash;

    public override bool Equals(object? obj) => Equals(obj as Declarations);

    public override int GetHashCode() => _hash.GetHashCode();

    /// <summary>A number for what is only equal to itself.</summary>
    private static byte[] Identity(object only) => Identities.GetValue(only, static _ => BitConverter.GetBytes(Interlocked.Increment(ref s_identities)));

    private static byte[] Hash(SyntaxTree tree, SyntaxNode root)
    {
        // Code that is generated, by its name or first comment, knows no nullable types unless it says so.
        StringBuilder text = new(tree.FilePath);
        foreach (SyntaxTrivia trivia in root.GetLeadingTrivia())
            text.Append(trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia) ? trivia.ToString() : "");

        // What a type means depends on the last directive above it, even if that is in a body.
        Queue<DirectiveTriviaSyntax> directives = new(NullableDirectives(root));
        foreach (SyntaxToken token in root.DescendantTokens(static node => !IsOfItselfOnly(node)))
        {
            while (directives.Count > 0 && directives.Peek().SpanStart < token.SpanStart)
                text.Append(directives.Dequeue().ToString()).Append(' ');
            text.Append(token.Text).Append(' ');
        }

        using SHA256 hash = SHA256.Create();
        return hash.ComputeHash(Encoding.Unicode.GetBytes(text.ToString()));
    }

    private static IEnumerable<DirectiveTriviaSyntax> NullableDirectives(SyntaxNode root)
    {
        if (!root.ContainsDirectives)
            yield break;
        for (DirectiveTriviaSyntax? next = root.GetFirstDirective(IsNullable); next is not null; next = next.GetNextDirective(IsNullable))
            yield return next;

        static bool IsNullable(DirectiveTriviaSyntax directive) => directive is NullableDirectiveTriviaSyntax { IsActive: true };
    }

    /// <summary>
    /// Whether nothing outside the declaration that a node belongs to can see what it says: the body of a method (that of an accessor
    /// decides whether its property has a field, that of a struct's method whether a parameter of the struct has one), or what an
    /// attribute says of a method that nobody inherits.
    /// </summary>
    private static bool IsOfItselfOnly(SyntaxNode node) => node switch
    {
        BlockSyntax or ArrowExpressionClauseSyntax => node.Parent is BaseMethodDeclarationSyntax { Parent: not StructDeclarationSyntax },
        GlobalStatementSyntax => true,
        AttributeArgumentListSyntax => node.Parent?.Parent?.Parent is MethodDeclarationSyntax { Parent: TypeDeclarationSyntax type }
            && type.Modifiers.Any(SyntaxKind.SealedKeyword)
            && !type.Modifiers.Any(SyntaxKind.PartialKeyword),
        _ => false,
    };
}
