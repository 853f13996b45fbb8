using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace Spouts.CodeFixes;

/// <summary>A fix that changes the syntax at the place of one kind of mistake; all of them at once if asked to.</summary>
public abstract class NodeFix : CodeFixProvider
{
    private readonly string _title;

    private protected NodeFix(string id, string title)
    {
        FixableDiagnosticIds = [id];
        _title = title;
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, mistakes) =>
    {
        // One edit for all of a document: two of them may want the same change, such as a parameter of their method.
        SyntaxNode root = (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        return await EditAsync(document, [.. mistakes.Select(mistake => FixAt(root, mistake)).OfType<Action<SyntaxEditor>>()], context.CancellationToken).ConfigureAwait(false);
    });

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
            return;
        foreach (Diagnostic mistake in context.Diagnostics)
        {
            if (FixAt(root, mistake) is { } fix)
                context.RegisterCodeFix(CodeAction.Create(_title, stop => EditAsync(context.Document, [fix], stop), _title), mistake);
        }
    }

    /// <summary>The change for the node that the mistake is at; null where only its author can mend it.</summary>
    private protected abstract Action<SyntaxEditor>? Fix(SyntaxNode node, Diagnostic mistake);

    private Action<SyntaxEditor>? FixAt(SyntaxNode root, Diagnostic mistake) =>
        Fix(root.FindNode(mistake.Location.SourceSpan, getInnermostNodeForTie: true), mistake);

    private static async Task<Document> EditAsync(Document document, ImmutableArray<Action<SyntaxEditor>> fixes, CancellationToken cancellation)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        foreach (Action<SyntaxEditor> fix in fixes)
            fix(editor);
        return editor.GetChangedDocument();
    }
}
