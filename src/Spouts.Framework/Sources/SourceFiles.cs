using System.Runtime.CompilerServices;

namespace Spouts.Hosting;

/// <summary>Turns whatever a source method may return into one stream of files. Generated code calls it.</summary>
public static class SourceFiles
{
    /// <summary>The files of a synchronous iterator or list.</summary>
    /// <param name="files">What the method returned.</param>
    /// <param name="cancellationToken">Ends the run between two files.</param>
    /// <returns>The files.</returns>
    public static async IAsyncEnumerable<SpoutFile> From(
        IEnumerable<SpoutFile> files, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (SpoutFile file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return file;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <summary>The file of a task, or none where it is null.</summary>
    /// <param name="file">What the method returned.</param>
    /// <returns>At most one file.</returns>
    public static async IAsyncEnumerable<SpoutFile> From(ValueTask<SpoutFile?> file)
    {
        if (await file.ConfigureAwait(false) is { } found)
            yield return found;
    }

    /// <inheritdoc cref="From(ValueTask{SpoutFile})"/>
    public static IAsyncEnumerable<SpoutFile> From(Task<SpoutFile?> file) => From(new ValueTask<SpoutFile?>(file));

    /// <summary>The files of a task of a list.</summary>
    /// <typeparam name="TFiles">The list's type.</typeparam>
    /// <param name="files">What the method returned.</param>
    /// <returns>The files.</returns>
    public static async IAsyncEnumerable<SpoutFile> FromMany<TFiles>(ValueTask<TFiles> files) where TFiles : IEnumerable<SpoutFile>
    {
        foreach (SpoutFile file in await files.ConfigureAwait(false))
            yield return file;
    }

    /// <inheritdoc cref="FromMany{TFiles}(ValueTask{TFiles})"/>
    public static IAsyncEnumerable<SpoutFile> FromMany<TFiles>(Task<TFiles> files) where TFiles : IEnumerable<SpoutFile> =>
        FromMany(new ValueTask<TFiles>(files));
}
