using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Spouts.Commands;
using Spouts.Development;
using Spouts.Pachyderm;

namespace Spouts.Operating;

/// <summary>The door that an operator's verb goes through.</summary>
/// <param name="Connection">How.</param>
/// <param name="Project">The project that pipelines are in whose specs name none; null for Pachyderm's own.</param>
/// <param name="Origin">What said so: "the context 'prod' of /home/me/.pachyderm/config.json".</param>
/// <param name="IsSidecar">Whether it is a worker's own; else the cluster's.</param>
internal sealed record Entrance(PachdConnection Connection, string? Project, string Origin, bool IsSidecar)
{
    /// <summary>Whether it is the local pachd's.</summary>
    public bool IsLocal { get; private init; }

    /// <summary>The cluster that was asked for: by a context's name, or by an address, with the token of the active context.</summary>
    /// <exception cref="SpoutConfigurationException">The config, the context or the address is missing or unusable.</exception>
    public static Entrance ToCluster(Func<string, string?> variable, ProgramOptions options)
    {
        string path = PachConfig.Find(variable);
        if (options.Context is { } name)
        {
            PachContext context = PachConfig.Read(path, "PACH_CONFIG names it, else it is ~/.pachyderm/config.json.").Context(name);
            return new(context.Connect(), context.Project, $"the context '{name}' of {path}", IsSidecar: false);
        }

        string address = variable(Targets.AddressVariable)!;
        PachContext? active = File.Exists(path) || variable("PACH_CONFIG") is { Length: > 0 } ? ActiveContext(path, variable) : null;
        PachdConnection connection = new(PachdAddress.Parse(address, Targets.AddressVariable), active?.Token, Authorities(variable));
        string token = active is null ? "" : $", with the token of the context '{active.Name}' of {path}";
        return new(connection, active?.Project, $"{Targets.AddressVariable}{token}", IsSidecar: false);
    }

    public static Entrance ToSidecar(WorkerEnvironment worker) =>
        new(new(worker.Sidecar, worker.Token), worker.Project, "the environment of this worker", IsSidecar: true);

    public static Entrance ToLocal(LocalPachd pachd) => new(new(pachd.Address, Token: null), LocalWorker.Project, "the local pachd", IsSidecar: false) { IsLocal = true };

    private static PachContext? ActiveContext(string path, Func<string, string?> variable)
    {
        PachConfig config = PachConfig.Read(path, "PACH_CONFIG names it, else it is ~/.pachyderm/config.json.");
        string name = variable("PACH_CONTEXT") is { Length: > 0 } named ? named : config.Active;
        return name.Length == 0 ? null : config.Context(name);
    }

    private static X509Certificate2Collection? Authorities(Func<string, string?> variable)
    {
        const string Variable = "PACH_CA_CERTS";
        if (variable(Variable) is not { Length: > 0 } path)
            return null;
        try
        {
            return PachdConnection.Authorities(File.ReadAllText(path));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SpoutConfigurationException($"{Variable} names {path}, which cannot be read ({wrong.Message}). It is a PEM file of certificates.", wrong);
        }
    }
}
