using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>Finds the commits that callers name.</summary>
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
            return Resolve(tx, handle, CommitName.Parse(handle.ToString()));
        });
    }

    /// <summary>The commit that lies <paramref name="offset"/> commits back.</summary>
    public static CommitRow Ancestor(Tx tx, CommitRow from, uint offset)
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

    /// <summary>
    /// The commit that lies <paramref name="offset"/> commits after the root of the head's line. One past the head is still the
    /// head, as in the real server.
    /// </summary>
    public static CommitRow FromRoot(Tx tx, CommitRow head, uint offset)
    {
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

    private static CommitRow Resolve(Tx tx, CommitHandle handle, CommitName name)
    {
        bool suffixed = name.Back is not null || name.FromRoot is not null;
        CommitRow start = PickStart(tx, handle, name, suffixed ? "picking commit: picking commit" : "picking commit");
        if (name.FromRoot is { } fromRoot)
            return FromRoot(tx, start, fromRoot);
        return name.Back is { } back ? Ancestor(tx, start, back) : start;
    }

    private static CommitRow PickStart(Tx tx, CommitHandle handle, CommitName name, string where)
    {
        RepoRef repo = handle.Repo.Type.Length == 0 ? handle.Repo with { Type = RepoRef.User } : handle.Repo;
        where += name.IsId ? ": picking repo" : ": picking branch: picking repo";
        if (tx.Project(repo.Project) is null)
            throw new PachException(ErrorKind.NotFound, $"{where}: picking project: project \"{repo.Project}\" not found");
        Names.CheckRepoType(repo.Type, $"{where}: get repo info with id: scanning repo row");
        if (tx.Repo(repo.Project, repo.Name, repo.Type) is not { } row)
            throw NotFound(handle, Repos.NotFound(handle.Repo).Message);
        CommitRow? found = name.IsId
            ? tx.Commit(row.Id, name.Start)
            : tx.Branch(row.Id, name.Start) is { Head: { } head } ? tx.CommitById(head) : null;
        // A set may reach into a repo without having a commit there: then its provenance has. A suffix is no part of its id.
        return found
            ?? tx.CommitInProvenanceOfSet(row.Id, handle.Id)
            ?? throw NotFound(
                handle,
                name.IsId ? $"commit {handle} not found" : $"branch \"{handle.Branch ?? name.Start}\" not found in repo {handle.Repo}");
    }

    private static PachException NotFound(CommitHandle handle, string what)
        => new(ErrorKind.NotFound, $"commit {handle.Repo}@{handle.Id} not found\n{what}");
}
