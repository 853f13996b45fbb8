using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Spouts.Commands;

namespace Spouts.Operating;

/// <summary>The files that <c>put file</c> puts, one after the other as they are staged, each opened when its turn has come.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="http">Fetches URLs.</param>
/// <param name="stdin">Opens standard input.</param>
/// <param name="read">Told of each piece that was read.</param>
internal sealed class PutSources(PutFileOptions options, HttpClient http, Func<Stream> stdin, Action<long> read)
{
    /// <summary>The files.</summary>
    /// <param name="repo">The spout's own repo, and no other.</param>
    /// <param name="branch">Its output branch, and no other.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SpoutConfigurationException">A source is missing, or cannot be put like this.</exception>
    public async IAsyncEnumerable<SpoutFile> FilesAsync(string repo, string branch, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? target = PutPaths.Target(options.Target, repo, branch);
        IReadOnlyList<string> sources = await ListAsync(cancellation).ConfigureAwait(false);
        foreach (string source in sources)
        {
            string path = PutPaths.Destination(source, target, sources.Count, options);
            await foreach (SpoutFile file in ExpandAsync(source, path, cancellation).ConfigureAwait(false))
                yield return options.IsAppended ? file.Appended() : file;
        }
    }

    // One name holds several, with commas between them, as pachctl has it; a file that is really called so is meant itself.
    private async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation)
    {
        if (options.SourceList is not { } list)
            return [.. options.Sources.SelectMany(static source => Path.Exists(source) ? [source] : source.Split(',', StringSplitOptions.RemoveEmptyEntries))];
        Stream content = await OpenAsync(list, cancellation).ConfigureAwait(false);
        using StreamReader lines = new(content);
        List<string> sources = [];
        while (await lines.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 0)
                sources.Add(line);
        }

        return sources;
    }

    private IAsyncEnumerable<SpoutFile> ExpandAsync(string source, string path, CancellationToken cancellation)
    {
        if (source == PutPaths.Stdin && options.IsRecursive)
            throw new SpoutConfigurationException("-r has no meaning for standard input: name a folder with -f.");
        if (source == PutPaths.Stdin || PutPaths.IsUrl(source))
            return One(Streamed(source, path));
        if (Directory.Exists(source))
        {
            return options.IsRecursive
                ? BelowAsync(new DirectoryInfo(source), path, cancellation)
                : throw new SpoutConfigurationException($"{source} is a folder: put what is below it with -r.");
        }

        return File.Exists(source) ? OfFile(source, path, cancellation) : throw new SpoutConfigurationException($"{source} doesn't exist.");
    }

    private IAsyncEnumerable<SpoutFile> OfFile(string source, string path, CancellationToken cancellation) =>
        options.IsUntarred && (source.EndsWith(".tar", StringComparison.Ordinal) || IsGzip(source)) ? InTarAsync(source, cancellation) : One(Streamed(source, path));

    private static bool IsGzip(string source) => source.EndsWith(".tar.gz", StringComparison.Ordinal) || source.EndsWith(".tgz", StringComparison.Ordinal);

    private static IAsyncEnumerable<SpoutFile> One(SpoutFile file) => new[] { file }.ToAsyncEnumerable();

    private async IAsyncEnumerable<SpoutFile> BelowAsync(DirectoryInfo folder, string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos().OrderBy(static entry => entry.Name, StringComparer.Ordinal))
        {
            string below = PutPaths.Join(path, entry.Name);
            bool isFolder = entry is DirectoryInfo;
            if (isFolder && entry.LinkTarget is not null)
                throw new SpoutConfigurationException($"{entry.FullName} is a link to a folder, which -r does not follow: name the folder with -f.");
            IAsyncEnumerable<SpoutFile> files = isFolder ? BelowAsync((DirectoryInfo)entry, below, cancellation) : OfFile(entry.FullName, below, cancellation);
            await foreach (SpoutFile file in files.ConfigureAwait(false))
                yield return file;
        }
    }

    // The paths are those of the archive; the target says nothing.
    private async IAsyncEnumerable<SpoutFile> InTarAsync(string source, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using Stream archive = File.OpenRead(source);
        using Stream plain = IsGzip(source) ? new GZipStream(archive, CompressionMode.Decompress) : archive;
        using TarReader tar = new(plain);
        while (await tar.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
        {
            if (entry.EntryType is TarEntryType.Directory)
                continue;
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile))
                throw new SpoutConfigurationException($"{entry.Name} in {source} is a {entry.EntryType} and no file; Pachyderm keeps files only.");
            if (entry.Name.Split('/').Contains(".."))
                throw new SpoutConfigurationException($"{entry.Name} in {source} leads out of the archive with '..': make the archive from the folder that its files are in.");
            string name = $"{entry.Name} in {source}";
            yield return SpoutFile.Streamed(
                PutPaths.Join("", entry.Name),
                _ => ValueTask.FromResult<Stream>(new CheckedStream(entry.DataStream ?? Stream.Null, entry.Length, name, read) { IsBorrowed = true }));
        }
    }

    private SpoutFile Streamed(string source, string path) => SpoutFile.Streamed(path, async cancellation =>
        new CheckedStream(await OpenAsync(source, cancellation).ConfigureAwait(false), length: null, source, read));

    private async Task<Stream> OpenAsync(string source, CancellationToken cancellation)
    {
        if (source == PutPaths.Stdin)
            return stdin();
        if (!PutPaths.IsUrl(source))
            return new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
        if (new Uri(source).Scheme is not ("http" or "https"))
        {
            throw new SpoutConfigurationException(
                $"{source} cannot be put: of URLs, http and https are fetched. Fetch others with their own tool, and put what it wrote.");
        }

        // A body that breaks off is an error of its stream's.
        HttpResponseMessage answer = await http.GetAsync(new Uri(source), HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false)
            : throw new SpoutConfigurationException($"{source} answers {(int)answer.StatusCode} {answer.ReasonPhrase}; nothing was put.");
    }
}
