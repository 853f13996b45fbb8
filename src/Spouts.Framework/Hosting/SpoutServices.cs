using Microsoft.Extensions.DependencyInjection;

namespace Spouts.Hosting;

/// <summary>Registers spouts with the host. Generated code calls it.</summary>
public static class SpoutServices
{
    /// <summary>Adds a spout to the program.</summary>
    /// <param name="services">The program's services, the spout's class among them.</param>
    /// <param name="spout">The spout.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSpout(this IServiceCollection services, SpoutRegistration spout)
    {
        ArgumentNullException.ThrowIfNull(spout);
        return services.AddSingleton(spout);
    }
}
