namespace Spouts.Local.Core.Files;

/// <summary>
/// A sequence of which the next item can be looked at before it is taken. It never reads further than asked: an item that
/// cannot be read must not spoil the ones before it.
/// </summary>
internal sealed class Lookahead<T>(IEnumerable<T> items) : IDisposable
    where T : class
{
    private readonly IEnumerator<T> _items = items.GetEnumerator();
    private bool _peeked;
    private T? _next;

    /// <summary>The next item; null at the end.</summary>
    public T? Peek()
    {
        if (!_peeked)
        {
            _next = _items.MoveNext() ? _items.Current : null;
            _peeked = true;
        }

        return _next;
    }

    public T? Take()
    {
        T? next = Peek();
        _peeked = false;
        return next;
    }

    public void Dispose() => _items.Dispose();
}
