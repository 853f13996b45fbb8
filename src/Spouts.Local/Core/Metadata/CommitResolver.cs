using System.Globalization;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>
/// Resolves how callers name commits: an id, a branch, either with an ancestry suffix (<c>^</c>, <c>^^</c>, <c>~3</c>
/// backwards; <c>.1</c> from a branch's root).
/// </summary>
internal static class CommitResolver
{
    public static CommitRow Pick(Tx tx, CommitHandle? handle)
    {
        return PachException.Within("pick commit tx", () =>
        {
            if (handle is null)
                throw new PachException("cannot pick nil commit");
            if (handle.Id.Length == 0 && string.IsNullOrEmpty(handle.Branch))
                throw new PachException("cannot pick commit with no ID or branch");
            return Resolve(tx, handle);
        });
    }

    private static CommitRow Resolve(Tx tx, CommitHandle handle)
    {
        string text = handle.ToString();
        string name = text[(text.IndexOf('@') + 1)..];
        int separator = name.AsSpan().IndexOfAny("^~.");
        string start = separator < 0 ? name : name[..separator];
        RepoRef repo = handle.Repo.Type.Length == 0 ? handle.Repo with { Type = RepoRef.User } : handle.Repo;
        if (separator >= 0 && name[separator] == '.')
            return PickFromRoot(tx, handle, repo, text, start, name[separator..]);
        uint offset = separator < 0 ? 0 : Offset(text, name[separator..]);
        CommitRow from = PickStart(tx, handle, repo, start);
        return offset == 0 ? from : Ancestor(tx, from, offset);
    }

    private static CommitRow PickStart(Tx tx, CommitHandle handle, RepoRef repo, string start)
    {
        if (tx.Project(repo.Project) is null)
        {
            throw new PachException(
                ErrorKind.NotFound, $"picking commit: picking branch: picking repo: picking project: project \"{repo.Project}\" not found");
        }

        Names.CheckRepoType(repo.Type, "picking commit: picking repo: get repo info with id: scanning repo row");
        if (tx.Repo(repo.Project, repo.Name, repo.Type) is not { } row)
            throw NotFound(handle, Repos.NotFound(handle.Repo).Message);
        if (!Names.IsCommitId(start))
        {
            if (tx.Branch(row.Id, start) is { Head: { } head })
                return tx.CommitById(head);
            throw NotFound(handle, $"branch \"{handle.Branch ?? start}\" not found in repo {handle.Repo}");
        }

        // A set may reach into a repo without having a commit there: then its provenance has.
        return tx.Commit(row.Id, start)
            ?? tx.CommitInProvenanceOfSet(row.Id, start)
            ?? throw NotFound(handle, $"commit {handle.Repo}@{handle.Id} not found");
    }

    private static CommitRow Ancestor(Tx tx, CommitRow from, uint offset)
    {
        CommitRow at = from;
        for (uint walked = 0; walked < offset; walked++)
        {
            if (at.Parent is not { } parent)
            {
                throw new PachException(
                    $"picking commit: invalid offset for ancestor of commit: {from.Ref().Key}, offset requested: {offset}, "
                    + $"offset traversable: {walked}");
            }

            at = tx.CommitById(parent);
        }

        return at;
    }

    private static CommitRow PickFromRoot(Tx tx, CommitHandle handle, RepoRef repo, string text, string start, string suffix)
    {
        // .1 is the root; the offset of .0 wraps around, as it does in the real server.
        uint offset = Offset(text, suffix) - 1;
        if (Names.IsCommitId(start))
            throw new PachException($"unmarshal branch picker {handle.Repo}@{start}: invalid branch picker: name refers to a commit, not a branch");
        CommitRow head = PickStart(tx, handle, repo, start);
        List<CommitRow> line = [head];
        while (line[^1].Parent is { } parent)
            line.Add(tx.CommitById(parent));
        if (line.Count < offset)
        {
            throw new PachException(
                $"picking commit: invalid offset from branch root for head commit: {head.Ref().Key}, offset: {offset}, "
                + $"maximum depth: {line.Count}");
        }

        return line[Math.Max(0, line.Count - 1 - (int)offset)];
    }

    private static uint Offset(string text, string suffix)
    {
        char separator = suffix[0];
        string rest = suffix[1..];
        if (separator != '.' && rest.All(c => c == separator))
            return (uint)suffix.Length;
        if (ulong.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            return (uint)number;
        throw new PachException($"calculate offset {text}: count offset and clean: invalid ancestry format");
    }

    private static PachException NotFound(CommitHandle handle, string what)
        => new(ErrorKind.NotFound, $"commit {handle.Repo}@{handle.Id} not found\n{what}");
}
