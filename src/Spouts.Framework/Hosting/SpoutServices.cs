using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace Spouts.Hosting;

/// <summary>Registers spouts with the host. Generated code calls it.</summary>
public static partial class SpoutServices
{
    /// <summary>Adds a spout to the program.</summary>
    /// <param name="services">The program's services, the spout's class among them.</param>
    /// <param name="spout">The spout.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSpout(this IServiceCollection services, SpoutRegistration spout)
    {
        ArgumentNullException.ThrowIfNull(spout);
        return services.AddSingleton(new SpoutRegistration
        {
            Name = spout.Name,
            OutputBranch = spout.OutputBranch,
            Sources = [.. spout.Sources.Select(source => source.With(Asking(spout.Name, source)))],
        });
    }

    // A service that nobody registered stays so until a person mends it: no run after this one will find it.
    private static Func<IServiceProvider, SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> Asking(string spout, SourceRegistration source) =>
        (services, run, cancellation) =>
        {
            try
            {
                return source.Run(services, run, cancellation);
            }
            catch (InvalidOperationException missing) when (MissingService().Match(missing.Message) is { Success: true } service)
            {
                throw new SpoutConfigurationException(
                    $"The spout '{spout}' asks for the service {service.Groups[1].Value}, which nobody registered ({source.Name} needs it, or its class does). "
                    + "Register it where the program is put together, in a Main of your own: "
                    + "SpoutProgram.RunAsync(args, services => services.AddSpouts().AddSingleton(…)).",
                    missing);
            }
        };

    // The container has no exception of its own for it.
    [GeneratedRegex("^(?:No (?:keyed )?service for type|Unable to resolve service for type) '([^']+)'")]
    private static partial Regex MissingService();
}
