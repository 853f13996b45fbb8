using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Parsing;

/// <summary>Tells whether a program has a place to start.</summary>
internal static class EntryPoint
{
    /// <summary>
    /// Whether this is an executable that nobody wrote a <c>Main</c> or top-level statements for, nor named a startup object.
    /// </summary>
    public static bool IsMissing(Compilation compilation, CancellationToken cancellation) =>
        compilation.Options is { OutputKind: OutputKind.ConsoleApplication or OutputKind.WindowsApplication, MainTypeName: null }
        && compilation.GetEntryPoint(cancellation) is null;
}
