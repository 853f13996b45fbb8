using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;

namespace Spouts.Local.Core.Auth;

/// <summary>
/// Finds out which of the permissions that a subject asks for it has, binding by binding, and stops as soon as it has all
/// of them: so a cluster admin is let pass where others learn that a resource has no binding.
/// </summary>
internal sealed class Evaluation
{
    /// <summary>The subject that stands for everybody.</summary>
    public const string Everybody = "allClusterUsers";

    private readonly Tx _tx;
    private readonly string _subject;
    private readonly List<Permission> _missing;
    private readonly List<Permission> _satisfied = [];
    private readonly SortedDictionary<string, Role> _roles = new(StringComparer.Ordinal);

    private Evaluation(Tx tx, string subject, IEnumerable<Permission> asked)
    {
        _tx = tx;
        _subject = subject;
        _missing = [.. asked.Distinct()];
    }

    public IReadOnlyList<Permission> Satisfied => _satisfied;

    public IReadOnlyList<Permission> Missing => _missing;

    /// <summary>What was judged in the end: a spec repo that asks for more than reading is judged as its pipeline's repo.</summary>
    public required ResourceRef Judged { get; set; }

    /// <exception cref="PachException">The resource, or the project it is in, has no binding.</exception>
    public static Evaluation Of(Tx tx, string subject, ResourceRef resource, IEnumerable<Permission> asked)
    {
        Evaluation evaluation = new(tx, subject, asked) { Judged = resource };
        if (resource.Type == ResourceType.SpecRepo)
        {
            // Everybody may read specs.
            evaluation.Take(Roles.RepoReader);
            if (evaluation._missing.Count == 0)
                return evaluation;
            evaluation.Judged = resource with { Type = ResourceType.Repo };
        }

        evaluation.Climb();
        return evaluation;
    }

    /// <summary>The roles that count for what was judged, in the order of their names.</summary>
    public IEnumerable<Role> RolesShown() => _roles.Values.Where(role => role.ReturnedFor.Contains(Judged.Type));

    private void Climb()
    {
        if (!AuthState.IsActive(_tx))
            throw AuthErrors.NotActivated();
        if (TakeAll(ResourceRef.Cluster) || Judged.Type == ResourceType.Cluster)
            return;
        if (Judged.Type == ResourceType.Repo && TakeAll(Bound(ResourceRef.Project(ProjectOf(Judged)))))
            return;
        TakeAll(Bound(Judged));
    }

    private static string ProjectOf(ResourceRef repo)
    {
        string[] parts = repo.Name.Split('/');
        return parts.Length == 2 ? parts[0] : throw AuthErrors.NoBinding(repo);
    }

    private ResourceRef Bound(ResourceRef resource)
        => _tx.HasBinding(resource.Kind, resource.Name) ? resource : throw AuthErrors.NoBinding(resource);

    private bool TakeAll(ResourceRef resource)
    {
        foreach (string subject in (string[])[_subject, Everybody])
        {
            foreach (string role in _tx.RolesOf(resource.Kind, resource.Name, subject))
                Take(role);
            if (_missing.Count == 0)
                return true;
        }

        return false;
    }

    private void Take(string name)
    {
        Role role = Roles.Get(name);
        if (!_roles.TryAdd(name, role))
            return;
        _satisfied.AddRange(_missing.Where(role.Permissions.Contains));
        _missing.RemoveAll(role.Permissions.Contains);
    }
}
