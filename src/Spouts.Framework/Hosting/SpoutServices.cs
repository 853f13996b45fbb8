using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Spouts.Hosting;

/// <summary>Registers spouts with the host. Generated code calls it.</summary>
public static partial class SpoutServices
{
    /// <summary>
    /// Adds a spout to the program, and its class, unless that is registered already. Added once more, as by a program and by a project that sees
    /// it, it stays one.
    /// </summary>
    /// <typeparam name="TSpout">The spout's class.</typeparam>
    /// <param name="services">The program's services.</param>
    /// <param name="make">Makes an object of the class, of the services that the spout names.</param>
    /// <param name="spout">The spout.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSpout<TSpout>(this IServiceCollection services, Func<IServiceProvider, TSpout> make, SpoutRegistration spout)
        where TSpout : class
    {
        ArgumentNullException.ThrowIfNull(spout);
        if (services.Any(static service => service.ServiceType == typeof(Added<TSpout>)))
            return services;
        services.AddSingleton(new Added<TSpout>());
        services.TryAddSingleton(make);

        // Asked when everything is registered: a class that the program makes in its own way needs what that needs.
        return services.AddSingleton(_ => Asking(spout, IsMadeBy(make, services) ? spout.Services : []));
    }

    /// <summary>Adds a spout to the program.</summary>
    /// <param name="services">The program's services, the spout's class among them.</param>
    /// <param name="spout">The spout.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSpout(this IServiceCollection services, SpoutRegistration spout)
    {
        ArgumentNullException.ThrowIfNull(spout);
        return services.AddSingleton(Asking(spout, spout.Services));
    }

    private static bool IsMadeBy<TSpout>(Func<IServiceProvider, TSpout> make, IServiceCollection services)
        where TSpout : class =>
        services.LastOrDefault(static service => service.ServiceType == typeof(TSpout) && !service.IsKeyedService)?.ImplementationFactory == make;

    private static SpoutRegistration Asking(SpoutRegistration spout, IReadOnlyList<(Type Type, object? Key)> services) => new()
    {
        Name = spout.Name,
        OutputBranch = spout.OutputBranch,
        Services = services,
        Sources = [.. spout.Sources.Select(source => source.With(Asking(spout.Name, source)))],
    };

    // What a service needs in turn is found only when it is made. It stays missing until a person mends it: no run after this one
    // will find it.
    private static Func<IServiceProvider, SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> Asking(string spout, SourceRegistration source) =>
        (services, run, cancellation) =>
        {
            try
            {
                return source.Run(services, run, cancellation);
            }
            catch (InvalidOperationException missing) when (MissingService().Match(missing.Message) is { Success: true } service)
            {
                throw SpoutRegistration.Missing(spout, service.Groups[1].Value, $"{source.Name} needs it, or its class does", missing);
            }
        };

    private sealed class Added<TSpout>;

    // The container has no exception of its own for it.
    [GeneratedRegex("^(?:No (?:keyed )?service for type|Unable to resolve service for type) '([^']+)'")]
    private static partial Regex MissingService();
}
