using Microsoft.Extensions.DependencyInjection;

namespace Spouts.Hosting;

/// <summary>A spout as generated code hands it to the host: the facts of its annotations and typed delegates, no reflection.</summary>
public sealed class SpoutRegistration
{
    /// <summary>The pipeline's name (<see cref="SpoutAttribute.Name"/>).</summary>
    public required string Name { get; init; }

    /// <summary>The output branch (<see cref="SpoutAttribute.OutputBranch"/>).</summary>
    public required string OutputBranch { get; init; }

    /// <summary>The services that an object of its class cannot be made without, each with its key; null for none.</summary>
    public IReadOnlyList<(Type Type, object? Key)> Services { get; init; } = [];

    /// <summary>The sources, in the order in which the class declares them; their names are unique.</summary>
    public required IReadOnlyList<SourceRegistration> Sources { get; init; }

    /// <summary>Looks, without making any of them, whether the spout will find the services that it asks for by itself.</summary>
    /// <exception cref="SpoutConfigurationException">Nobody has registered one of them.</exception>
    internal void Require(IServiceProvider services)
    {
        // A container of somebody else's may not be able to tell; then the first run does.
        if (services.GetService<IServiceProviderIsKeyedService>() is not { } registered)
            return;
        RequireAll(Services, "its class needs it");
        foreach (SourceRegistration source in Sources)
            RequireAll(source.Services, $"{source.Name} needs it");

        void RequireAll(IEnumerable<(Type Type, object? Key)> needed, string who)
        {
            foreach ((Type type, object? key) in needed)
            {
                if (!registered.IsKeyedService(type, key))
                    throw Missing(Name, key is null ? $"{type}" : $"{type} with the key '{key}'", who);
            }
        }
    }

    internal static SpoutConfigurationException Missing(string spout, string service, string who, Exception? cause = null) => new(
        $"The spout '{spout}' asks for the service {service}, which nobody registered ({who}). "
        + "Register it where the program is put together, in a Main of your own: "
        + "SpoutProgram.RunAsync(args, services => services.AddSpouts().AddSingleton(…)).",
        cause);
}
