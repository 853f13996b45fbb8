namespace Spouts.Local.Store;

/// <summary>Rows of file sets.</summary>
internal static class FileSetTable
{
    /// <summary>The layers of a file set, oldest first; null: there is no such file set.</summary>
    public static List<long>? FileSet(this Tx tx, string token)
        => tx.Find<string>("SELECT token FROM file_set WHERE token = @token", new { token }) is null
            ? null
            : tx.List<long>("SELECT layer FROM file_set_layer WHERE token = @token ORDER BY ord", new { token });

    public static void InsertFileSet(this Tx tx, string token, IReadOnlyList<long> layers, long expiresAt)
    {
        tx.Execute("INSERT INTO file_set (token, expires_at) VALUES (@token, @expiresAt)", new { token, expiresAt });
        for (int ord = 0; ord < layers.Count; ord++)
        {
            tx.Execute(
                "INSERT INTO file_set_layer (token, ord, layer) VALUES (@token, @ord, @layer)", new { token, ord, layer = layers[ord] });
        }
    }

    public static bool RenewFileSet(this Tx tx, string token, long expiresAt)
        => tx.Execute("UPDATE file_set SET expires_at = @expiresAt WHERE token = @token", new { token, expiresAt }) > 0;
}
