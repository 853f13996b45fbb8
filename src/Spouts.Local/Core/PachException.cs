namespace Spouts.Local.Core;

/// <summary>A refusal of the local pachd, with the text that a client of the real one would see.</summary>
internal sealed class PachException(ErrorKind kind, string message) : Exception(message)
{
    public PachException(string message)
        : this(ErrorKind.Unknown, message)
    {
    }

    public ErrorKind Kind { get; } = kind;

    /// <summary>Runs <paramref name="body"/>; what it refuses is prefixed with <paramref name="what"/>.</summary>
    public static T Within<T>(string what, Func<T> body)
    {
        try
        {
            return body();
        }
        catch (PachException e)
        {
            throw new PachException(e.Kind, $"{what}: {e.Message}");
        }
    }

    /// <inheritdoc cref="Within{T}"/>
    public static async Task<T> WithinAsync<T>(string what, Func<Task<T>> body)
    {
        try
        {
            return await body();
        }
        catch (PachException e)
        {
            throw new PachException(e.Kind, $"{what}: {e.Message}");
        }
    }

    /// <inheritdoc cref="Within{T}"/>
    public static void Within(string what, Action body)
        => Within(what, () =>
        {
            body();
            return true;
        });
}
