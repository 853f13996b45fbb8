using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Spouts.Pachyderm;

/// <summary>A context of a pachctl config: a cluster, and as whom.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Config">The config's path.</param>
/// <param name="Address">The address of pachd; null where the config leaves it to a port-forward.</param>
/// <param name="Token">The token; null where auth is off or nobody has logged in.</param>
/// <param name="Authorities">The only authorities to trust, in PEM in base64; null for those of this machine.</param>
/// <param name="Project">The project that pachctl would use; null for none.</param>
internal sealed record PachContext(string Name, string Config, string? Address, string? Token, string? Authorities, string? Project)
{
    private string Where => $"The context '{Name}' of {Config}";

    /// <exception cref="SpoutConfigurationException">It has no address, or something of it is unusable.</exception>
    public PachdConnection Connect()
    {
        if (Address is null)
        {
            throw new SpoutConfigurationException(
                $"{Where} has no pachd_address. Set one: pachctl config update context {Name} --pachd-address grpc://HOST:PORT "
                + "(while pachctl port-forward runs: grpc://localhost:30650)");
        }

        Uri address = PachdAddress.Parse(Address, Where);
        if (Authorities is null)
            return new(address, Token);
        if (address.Scheme != Uri.UriSchemeHttps)
        {
            throw new SpoutConfigurationException(
                $"{Where} has server_cas, but its address {Address} is without TLS. Write the address with grpcs://, or take server_cas out.");
        }

        return new(address, Token, ReadAuthorities());
    }

    private X509Certificate2Collection ReadAuthorities()
    {
        try
        {
            return PachdConnection.Authorities(Encoding.UTF8.GetString(Convert.FromBase64String(Authorities!)));
        }
        catch (Exception wrong) when (wrong is FormatException or CryptographicException)
        {
            throw new SpoutConfigurationException(
                $"{Where} has server_cas that cannot be read ({wrong.Message}). It is a PEM file of certificates in base64: "
                + $"pachctl config update context {Name} --server-cas \"$(base64 -w0 ca.pem)\"",
                wrong);
        }
    }
}
