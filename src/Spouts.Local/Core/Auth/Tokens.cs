using System.Security.Cryptography;
using System.Text;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Auth;

/// <summary>Tokens: who bears one is its subject.</summary>
internal static class Tokens
{
    /// <summary>Makes a token for a subject; only the caller ever sees it.</summary>
    /// <param name="expiresAt">Null: never.</param>
    public static string Issue(Change change, string subject, long? expiresAt = null)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        Keep(change, token, subject, expiresAt);
        return token;
    }

    /// <summary>Takes a token that somebody chose.</summary>
    public static void Keep(Change change, string token, string subject, long? expiresAt = null)
        => change.Tx.InsertToken(Hash(token), subject, expiresAt);

    /// <returns>How many there were: one or none.</returns>
    public static int Revoke(Change change, string token) => change.Tx.DeleteToken(Hash(token));

    /// <summary>Looks a caller's token up.</summary>
    /// <exception cref="PachException">Nobody's, or too old.</exception>
    public static TokenRow Find(Tx tx, string token, long now)
    {
        TokenRow row = tx.Token(Hash(token)) ?? throw AuthErrors.BadToken();
        return row.ExpiresAt < now ? throw AuthErrors.Expired() : row;
    }

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
