namespace Spouts.Local.Store;

/// <summary>Rows of tokens and role bindings. A resource is a kind (Pachyderm's number) and a name.</summary>
internal static class AuthTable
{
    public static TokenRow? Token(this Tx tx, string hash)
        => tx.Find<TokenRow>("SELECT subject, expires_at FROM auth_token WHERE hash = @hash", new { hash });

    public static void InsertToken(this Tx tx, string hash, string subject, long? expiresAt)
        => tx.Execute(
            """
            INSERT INTO auth_token (hash, subject, expires_at) VALUES (@hash, @subject, @expiresAt)
            ON CONFLICT (hash) DO UPDATE SET subject = @subject, expires_at = @expiresAt
            """,
            new { hash, subject, expiresAt });

    public static int DeleteToken(this Tx tx, string hash) => tx.Execute("DELETE FROM auth_token WHERE hash = @hash", new { hash });

    public static int DeleteTokensOf(this Tx tx, string subject)
        => tx.Execute("DELETE FROM auth_token WHERE subject = @subject", new { subject });

    public static bool HasBinding(this Tx tx, int kind, string resource)
        => tx.Scalar<bool>(
            "SELECT EXISTS (SELECT 1 FROM role_binding WHERE kind = @kind AND resource = @resource)", new { kind, resource });

    /// <summary>Makes a resource known to auth.</summary>
    /// <returns>False: it was known already, and stays as it is.</returns>
    public static bool InsertBinding(this Tx tx, int kind, string resource)
        => tx.Execute("INSERT OR IGNORE INTO role_binding (kind, resource) VALUES (@kind, @resource)", new { kind, resource }) > 0;

    public static void DeleteBinding(this Tx tx, int kind, string resource)
        => tx.Execute("DELETE FROM role_binding WHERE kind = @kind AND resource = @resource", new { kind, resource });

    /// <summary>Who has which roles on a resource.</summary>
    public static List<(string Subject, string Role)> Grants(this Tx tx, int kind, string resource)
        => tx.List<(string, string)>(
            "SELECT subject, role FROM role_grant WHERE kind = @kind AND resource = @resource ORDER BY subject, role",
            new { kind, resource });

    public static List<string> RolesOf(this Tx tx, int kind, string resource, string subject)
        => tx.List<string>(
            "SELECT role FROM role_grant WHERE kind = @kind AND resource = @resource AND subject = @subject ORDER BY role",
            new { kind, resource, subject });

    /// <summary>Replaces the roles of a subject on a resource; none takes all away.</summary>
    public static void SetRoles(this Tx tx, int kind, string resource, string subject, IEnumerable<string> roles)
    {
        tx.Execute(
            "DELETE FROM role_grant WHERE kind = @kind AND resource = @resource AND subject = @subject", new { kind, resource, subject });
        foreach (string role in roles.Distinct())
        {
            tx.Execute(
                "INSERT INTO role_grant (kind, resource, subject, role) VALUES (@kind, @resource, @subject, @role)",
                new { kind, resource, subject, role });
        }
    }

    public static void DeleteAllAuth(this Tx tx)
        => tx.Execute("DELETE FROM role_binding; DELETE FROM auth_token; UPDATE pipeline SET auth_token = NULL");
}
