using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Spouts;

namespace FolderInbox;

/// <summary>
/// Brings the files of a folder into Pachyderm. It keeps no list of what it has seen: it compares the folder with its own repo,
/// so it can be killed at any instant and neither misses a file nor commits one again that is already there.
/// </summary>
[Spout("folder-inbox", Description = "The files of a folder, each as soon as it stands still.")]
public sealed class Inbox(IConfiguration configuration, IHostEnvironment environment, TimeProvider time)
{
    private readonly InboxOptions _options = InboxOptions.From(configuration, environment);
    private readonly Stillness _stillness = new(time);

    // Files that were compared with the repo, as both looked then: it saves reading them again, and forgetting it costs nothing.
    private readonly Dictionary<string, (FileStamp Mine, string Theirs)> _same = new(StringComparer.Ordinal);

    [Poll("1s")]
    public async IAsyncEnumerable<SpoutFile> Watch(SpoutContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Dictionary<string, StoredFile> stored = new(StringComparer.Ordinal);
        await foreach (StoredFile file in context.Files.ListAsync(cancellationToken: cancellation))
            stored.Add(file.Path, file);

        HashSet<string> present = new(StringComparer.Ordinal);
        foreach (string local in Directory.EnumerateFiles(_options.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string path = RepoPath(local);
            present.Add(path);
            if (FileStamp.Of(local) is not { } stamp || !_stillness.IsStill(path, stamp))
                continue;
            StoredFile? theirs = stored.GetValueOrDefault(path);
            var look = (stamp, theirs is null ? "" : Convert.ToHexString(theirs.Hash.Span));
            if (_same.TryGetValue(path, out (FileStamp, string) compared) && compared == look)
                continue;
            if (await IsSameAsync(context.Files, theirs, local, cancellation))
                _same[path] = look;
            else
                yield return SpoutFile.FromLocal(path, local);
        }

        if (!_options.MirrorDeletions)
            yield break;
        foreach (string path in stored.Keys.Where(path => !present.Contains(path)))
            yield return SpoutFile.Delete(path);
    }

    private string RepoPath(string local) => "/" + string.Join('/',
        Path.GetRelativePath(_options.Folder, local).Split(Path.DirectorySeparatorChar).Select(SpoutPath.Encode));

    private static async Task<bool> IsSameAsync(IStoredFiles files, StoredFile? stored, string local, CancellationToken cancellation)
    {
        await using FileStream mine = new(local, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stored is null || stored.SizeBytes != mine.Length)
            return false;
        await using Stream theirs = await files.OpenReadAsync(stored.Path, cancellation);
        return await StreamEquality.EqualAsync(mine, theirs, cancellation);
    }
}
