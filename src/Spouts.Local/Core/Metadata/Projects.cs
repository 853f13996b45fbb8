using Spouts.Local.Core.Auth;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;

namespace Spouts.Local.Core.Metadata;

/// <summary>The rules of projects.</summary>
internal static class Projects
{
    public static ProjectRow Get(Tx tx, string name)
        => tx.Project(name) ?? throw new PachException(ErrorKind.NotFound, $"get project by name: project {(name.Length == 0 ? "" : $"\"{name}\" ")}not found");

    public static void Create(Change change, string name, string description, bool update)
    {
        PachException.Within("invalid project name", () => Names.CheckProject(name));
        if (update)
        {
            ProjectRow existing = PachException.Within($"get project {name}", () => Get(change.Tx, name));
            change.Tx.Execute("UPDATE project SET description = @description WHERE id = @Id", new { description, existing.Id });
            return;
        }

        if (change.Tx.Project(name) is not null)
            throw new PachException(ErrorKind.AlreadyExists, $"project \"{name}\" already exists\nproject {name} already exists");
        Bindings.Own(change, ResourceRef.Project(name), Core.Auth.Roles.ProjectOwner);
        change.Tx.Insert(
            "INSERT INTO project (name, description, created_at, created_by) VALUES (@name, @description, @Now, @Maker)",
            new { name, description, change.Now, change.Maker });
    }

    public static void Delete(Change change, string name, bool force)
    {
        PachException.Within("invalid project name", () => Names.CheckProject(name));
        PachException.Within(
            $"user is not authorized to delete project \"{name}\"",
            () => Access.Require(
                change.Tx, change.Caller, ResourceRef.Project(name), Permission.ProjectDelete, Permission.ProjectModifyBindings));
        List<RepoRow> repos = change.Tx.Repos(null, [name]);
        if (!force && repos.Count > 0)
        {
            string all = string.Join('\n', repos.Select(repo => $"repo {repo.Ref()} still exists"));
            throw new PachException(ErrorKind.FailedPrecondition, $"cannot delete project {name}: {all}");
        }

        ProjectRow row = PachException.Within($"delete project \"{name}\"", () => change.Tx.Project(name)
            ?? throw new PachException(ErrorKind.NotFound, $"project \"{name}\" not found"));
        if (repos.Count > 0)
        {
            throw new PachException(
                $"delete project \"{name}\": delete project: ERROR: update or delete on table \"projects\" violates foreign key "
                + "constraint \"repos_project_id_fkey\" on table \"repos\" (SQLSTATE 23503)");
        }

        change.Tx.Execute("DELETE FROM project WHERE id = @Id", new { row.Id });
        Bindings.Remove(change, ResourceRef.Project(name));
        change.Tx.Execute("DELETE FROM project_defaults WHERE project = @name", new { name });
    }

    /// <summary>Deletes every repo and every project, and makes the default project anew.</summary>
    public static void DeleteAll(Change change)
    {
        PachException.Within("could not delete all repos", () => Repos.DeleteIn(change, null, force: true));
        foreach (ProjectRow project in change.Tx.Projects())
        {
            PachException.Within(
                $"list projects in transaction: for each project: delete project \"{project.Name}\"",
                () => Delete(change, project.Name, force: true));
        }

        Create(change, Names.DefaultProject, "", update: false);
    }
}
