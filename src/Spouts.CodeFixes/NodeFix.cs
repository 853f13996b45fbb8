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
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
            return;
        foreach (Diagnostic mistake in context.Diagnostics)
        {
            if (Fix(root.FindNode(mistake.Location.SourceSpan, getInnermostNodeForTie: true)) is { } fix)
                context.RegisterCodeFix(CodeAction.Create(_title, stop => EditAsync(context.Document, fix, stop), _title), mistake);
        }
    }

    /// <summary>The change for the node that the mistake is at; null where only its author can mend it.</summary>
    private protected abstract Action<SyntaxEditor>? Fix(SyntaxNode node);

    private static async Task<Document> EditAsync(Document document, Action<SyntaxEditor> fix, CancellationToken cancellation)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        fix(editor);
        return editor.GetChangedDocument();
    }
}
