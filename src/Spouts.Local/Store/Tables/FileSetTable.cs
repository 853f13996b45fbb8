namespace Spouts.Local.Store;

/// <summary>Rows of file sets.</summary>
internal static class FileSetTable
{
    /// <summary>
    /// The layers of a file set, oldest first; null: there is no such file set. One that has expired is not there, whether
    /// a pass has collected it by now or not.
    /// </summary>
    public static List<long>? FileSet(this Tx tx, string token, long now)
        => tx.Find<string>("SELECT token FROM file_set WHERE token = @token AND expires_at >= @now", new { token, now }) is null
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

    public static bool RenewFileSet(this Tx tx, string token, long expiresAt, long now)
        => tx.Execute(
            "UPDATE file_set SET expires_at = @expiresAt WHERE token = @token AND expires_at >= @now", new { token, expiresAt, now }) > 0;

    public static int DeleteExpiredFileSets(this Tx tx, long now) => tx.Execute("DELETE FROM file_set WHERE expires_at < @now", new { now });
}
