using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Files;

/// <summary>Looks for files of an output commit whose datum its meta commit does not know: they should have been deleted.</summary>
internal sealed class ZombieCheck(Pachd pachd)
{
    /// <returns>What is wrong, datum by datum.</returns>
    public async Task<List<string>> RunAsync(CommitHandle output, CancellationToken cancellation)
    {
        SortedDictionary<string, (string Datum, List<string> Paths)> outputs = new(Comparer<string>.Create(PathOrder.Compare));
        using (OpenedFiles files = await OpenedFiles.OpenAsync(pachd, output, cancellation))
        {
            foreach (FileEntry file in files.Files(new FileQuery()))
            {
                string meta = $"/meta/{file.Datum}/meta";
                if (!outputs.TryGetValue(meta, out (string Datum, List<string> Paths) datum))
                    outputs[meta] = datum = (file.Datum, []);
                datum.Paths.Add(file.Path);
            }
        }

        using OpenedFiles known = await OpenedFiles.OpenAsync(
            pachd, output with { Repo = output.Repo with { Type = RepoRef.Meta } }, cancellation);
        foreach (FileEntry file in known.Files(new FileQuery { Prefix = "/meta" }))
            outputs.Remove(file.Path);
        return [.. outputs.Values.SelectMany(datum => datum.Paths.Select(path => $"stale datum {datum.Datum} had file {path}"))];
    }

    /// <summary>The newest commit of a branch that was finished without an error; null: there is none.</summary>
    public static CommitHandle? Newest(Tx tx, BranchRef branch)
    {
        CommitRow? at = Commits.Pick(tx, new CommitHandle(branch.Repo, "", branch.Name));
        while (at is not null && (at.Finished is null || at.Error.Length > 0))
            at = at.Parent is { } parent ? tx.CommitById(parent) : null;
        return at is null ? null : new CommitHandle(at.RepoRef(), at.SetId, null);
    }
}
