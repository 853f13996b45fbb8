using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Analyzers;

/// <summary>What a method does itself: a lambda or local function that is declared in it runs at another time.</summary>
internal static class OwnOperations
{
    /// <summary>All operations within one, in their order.</summary>
    public static IEnumerable<IOperation> OwnDescendants(this IOperation operation)
    {
        foreach (IOperation child in operation.ChildOperations)
        {
            if (child.Kind is OperationKind.AnonymousFunction or OperationKind.LocalFunction)
                continue;
            yield return child;
            foreach (IOperation inner in child.OwnDescendants())
                yield return inner;
        }
    }

    /// <summary>Whether it is, or has, a <c>yield return</c>.</summary>
    public static bool Yields(this IOperation operation) =>
        operation.Kind is OperationKind.YieldReturn || operation.OwnDescendants().Any(static inner => inner.Kind is OperationKind.YieldReturn);
}
