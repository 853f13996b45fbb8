using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Spouts.Pachyderm;

/// <summary>How to get through a door of Pachyderm's.</summary>
/// <param name="Address">Where it is; <c>https</c> for TLS.</param>
/// <param name="Token">As whom; null for nobody.</param>
/// <param name="Roots">The only authorities that are trusted; null for those of this machine.</param>
internal sealed record PachdConnection(Uri Address, string? Token, X509Certificate2Collection? Roots = null)
{
    /// <summary>The certificates of a PEM text.</summary>
    /// <exception cref="CryptographicException">There is none in it, or one is damaged.</exception>
    public static X509Certificate2Collection Authorities(string pem)
    {
        X509Certificate2Collection roots = [];
        roots.ImportFromPem(pem);
        return roots.Count > 0 ? roots : throw new CryptographicException("no certificate is in it");
    }
}
