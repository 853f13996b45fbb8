namespace Spouts;

/// <summary>Says more of a cursor than its name and type. A <see cref="Cursor{T}"/> needs it only after its parameter was renamed.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class CursorAttribute : Attribute
{
    /// <summary>The name that the parameter had before it was renamed: the value that is saved under it moves over with the source's next commit.</summary>
    public string? FormerName { get; set; }
}
