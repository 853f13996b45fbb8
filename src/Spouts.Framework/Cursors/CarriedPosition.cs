namespace Spouts.Cursors;

/// <summary>A value that a cursor has once a file is taken: everything up to and including the file is read then.</summary>
internal abstract class CarriedPosition
{
    /// <summary>The cursor.</summary>
    public abstract IRunCursor Cursor { get; }

    /// <summary>Moves the cursor there.</summary>
    /// <exception cref="InvalidOperationException">The run has assigned the cursor as well.</exception>
    public abstract void Apply();
}

/// <inheritdoc/>
internal sealed class CarriedPosition<T>(Cursor<T> cursor, T value) : CarriedPosition
{
    public override IRunCursor Cursor => cursor;

    public override void Apply() => cursor.Carry(value);
}
