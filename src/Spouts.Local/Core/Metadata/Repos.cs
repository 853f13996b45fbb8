using Spouts.Local.Core.Auth;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;

namespace Spouts.Local.Core.Metadata;

/// <summary>The rules of repos.</summary>
internal static class Repos
{
    public static RepoRef Ref(this RepoRow row) => new(row.Project, row.Name, row.Type);

    public static RepoRef RepoRef(this BranchRow row) => new(row.Project, row.Repo, row.Type);

    public static RepoRef RepoRef(this CommitRow row) => new(row.Project, row.Repo, row.Type);

    /// <summary>Finds a repo; an unknown type fails as it does in the real server's database.</summary>
    public static RepoRow? Find(Tx tx, RepoRef repo)
    {
        Names.CheckRepoType(repo.Type);
        return tx.Repo(repo.Project, repo.Name, repo.Type);
    }

    public static RepoRow Get(Tx tx, RepoRef repo) => Find(tx, repo) ?? throw NotFound(repo);

    public static PachException NotFound(RepoRef repo) => new(ErrorKind.NotFound, $"repo {repo} not found");

    /// <summary>How the database of the real server says that a repo is missing.</summary>
    public static string NotFoundRow(RepoRef repo)
        => $"repo (id=0, project={repo.Project}, name={repo.Name}, type={repo.Type}) not found";

    public static void Create(Change change, RepoRef repo, string description, bool update)
    {
        if (repo.Name == CommitHandle.FileSetsRepo)
            throw new PachException($"{repo.Name} is a reserved name");
        if (repo.Type.Length == 0)
            repo = repo with { Type = Core.RepoRef.User };
        Names.Check(repo.Name);
        PachException.Within($"cannot find project \"{repo.Project}\"", () => Projects.Get(change.Tx, repo.Project));
        PachException.Within(
            "failed to create repo",
            () => Access.Require(change.Tx, change.Caller, ResourceRef.Project(repo.Project), Permission.ProjectCreateRepo));
        RepoRow? existing = PachException.Within($"error checking whether repo \"{repo}\" exists", () => Find(change.Tx, repo));
        if (existing is null)
        {
            RepoRef user = repo with { Type = Core.RepoRef.User };
            if (repo.Type != user.Type && Find(change.Tx, user) is null)
            {
                throw new PachException(
                    ErrorKind.NotFound, $"cannot create a system repo without a corresponding 'user' repo: {NotFoundRow(user)}");
            }

            Bind(change, repo);
            change.Tx.InsertRepo(repo.Project, repo.Name, repo.Type, description, change.Now);
            return;
        }

        if (!update)
            throw new PachException(ErrorKind.AlreadyExists, $"repo {repo} already exists");
        // Saying what is said already needs no right: callers do it to make sure that a repo is there.
        if (existing.Description == description)
            return;
        PachException.Within($"could not update description of \"{repo}\"", () => change.Require(repo, Permission.RepoWrite));
        change.Tx.Execute("UPDATE repo SET description = @description WHERE id = @Id", new { description, existing.Id });
    }

    /// <summary>Deletes a repo and, with a user repo, its system repos.</summary>
    /// <returns>False: there was none, or the caller may not delete it.</returns>
    public static bool Delete(Change change, RepoRef repo, bool force)
    {
        RepoRow? row = PachException.Within($"error checking whether \"{repo}\" exists", () => Find(change.Tx, repo));
        if (row is null)
            return false;
        if (!PachException.Within($"error checking whether repo \"{repo}\" can be deleted", () => IsDeletable(change, repo)))
            return false;
        DeleteAll(change, repo.Type == Core.RepoRef.User ? change.Tx.ReposNamed(repo.Project, repo.Name) : [row], force);
        return true;
    }

    /// <summary>Deletes every repo of the projects that the caller may delete, all or nothing.</summary>
    public static List<RepoRef> DeleteIn(Change change, IReadOnlyCollection<string>? projects, bool force)
    {
        List<RepoRow> rows = [.. change.Tx.Repos(null, projects).Where(row => IsDeletable(change, row.Ref()))];
        DeleteAll(change, rows, force);
        return [.. rows.Select(row => row.Ref())];
    }

    /// <summary>Deletes repos with their branches, most downstream first, and their commits.</summary>
    public static void DeleteAll(Change change, IReadOnlyList<RepoRow> rows, bool force)
    {
        IEnumerable<BranchRow> branches = rows
            .SelectMany(row => change.Tx.BranchesOf(row.Id))
            .OrderByDescending(branch => change.Tx.Provenance(branch.Id).Count);
        foreach (BranchRow branch in branches.ToList())
            PachException.Within($"delete branch {branch.Ref()}", () => Branches.Delete(change, branch, force));
        foreach (RepoRow row in rows)
        {
            // A commit of another repo may name one of this repo as its parent: it becomes a root.
            change.Tx.Execute(
                "UPDATE pfs_commit SET parent = NULL WHERE parent IN (SELECT id FROM pfs_commit WHERE repo_id = @Id)", new { row.Id });
            change.Moved.UnionWith(change.Tx.List<long>("DELETE FROM pfs_commit WHERE repo_id = @Id RETURNING id", new { row.Id }));
            change.Tx.Execute("DELETE FROM repo WHERE id = @Id", new { row.Id });
            // That of a spec repo is left behind, as in the real server.
            if (row.Type == Core.RepoRef.User)
                Bindings.Remove(change, ResourceRef.Repo(row.Ref()));
            change.Touched.Add(row.Id);
        }
    }

    /// <summary>The size of a repo is that of the head of its branch "master", and 0 while that is open.</summary>
    public static long Size(Tx tx, RepoRow repo)
    {
        if (tx.Branch(repo.Id, "master") is not { Head: { } head })
            return 0;
        return tx.CommitById(head).SizeBytes ?? 0;
    }

    // A system repo shares the binding of its pipeline's repo, or keeps an older one of its own.
    private static void Bind(Change change, RepoRef repo)
    {
        ResourceRef resource = ResourceRef.Repo(repo);
        if (!Bindings.Own(change, resource, Core.Auth.Roles.RepoOwner) && repo.Type == Core.RepoRef.User)
            throw new PachException($"could not create role binding for new repo \"{repo}\": {resource} already has one");
    }

    private static bool IsDeletable(Change change, RepoRef repo)
    {
        ResourceRef resource = ResourceRef.Repo(repo with { Type = Core.RepoRef.User });
        if (!PachException.Within(
            $"check repo \"{repo}\" is authorized for deletion",
            () => Access.Allows(change.Tx, change.Caller, resource, Permission.RepoDelete)))
        {
            return false;
        }

        Tx tx = change.Tx;
        if (tx.Find<string>(
            "SELECT name FROM pipeline WHERE project = @Project AND name = @Name", new { repo.Project, repo.Name }) is not null)
        {
            throw new PachException("cannot delete a repo associated with a pipeline - delete the pipeline instead");
        }

        return true;
    }
}
