using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Spouts.Hosting;

/// <summary>
/// The options of the host and of its logs, each registered as itself. The open generics, which stand behind them, mean the same, but in a
/// program that is compiled ahead of time the runtime has to build each of their types as it starts: a fifth of that time.
/// </summary>
internal static class ClosedOptions
{
    public static IServiceCollection AddClosedOptions(this IServiceCollection services) => services
        .AddClosed<HostOptions>()
        .AddClosed<LoggerFactoryOptions>()
        .AddClosed<LoggerFilterOptions>()
        .AddClosed<ConsoleLoggerOptions>()
        .AddClosed<ConsoleFormatterOptions>()
        .AddClosed<SimpleConsoleFormatterOptions>()
        .AddClosed<JsonConsoleFormatterOptions>()
        .AddClosed<MetricsOptions>();

    private static IServiceCollection AddClosed<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
        this IServiceCollection services)
        where T : class => services
            .AddSingleton<IOptions<T>, OptionsManager<T>>()
            .AddSingleton<IOptionsMonitor<T>, OptionsMonitor<T>>()
            .AddSingleton<IOptionsMonitorCache<T>, OptionsCache<T>>()
            .AddTransient<IOptionsFactory<T>, OptionsFactory<T>>();
}
