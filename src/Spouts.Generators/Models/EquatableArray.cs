using System.Collections;

namespace Spouts.Generators.Models;

/// <summary>
/// An array that is equal to another when its elements are, in order: what lets the pipeline see that nothing has changed.
/// </summary>
/// <typeparam name="T">An element that compares by value.</typeparam>
internal sealed class EquatableArray<T> : IEquatable<EquatableArray<T>>, IReadOnlyList<T> where T : IEquatable<T>
{
    private readonly T[] _elements;

    public EquatableArray(IEnumerable<T> elements) => _elements = [.. elements];

    public static EquatableArray<T> Empty { get; } = new([]);

    public int Count => _elements.Length;

    public T this[int index] => _elements[index];

    public bool Equals(EquatableArray<T>? other) => other is not null && _elements.AsSpan().SequenceEqual(other._elements);

    public override bool Equals(object? obj) => Equals(obj as EquatableArray<T>);

    public override int GetHashCode()
    {
        int hash = 0;
        foreach (T element in _elements)
            hash = unchecked((hash * 31) + element.GetHashCode());
        return hash;
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_elements).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _elements.GetEnumerator();
}
