using Microsoft.Extensions.DependencyInjection;

namespace Spouts.Hosting;

/// <summary>A whole spout program: what a generated <c>Main</c> calls.</summary>
public static class SpoutProgram
{
    /// <summary>Runs the program until it is told to end, and answers its exit code (<c>docs/exit-codes.md</c>).</summary>
    /// <param name="args">The command line: a verb (<c>run</c> unless named) and its options.</param>
    /// <param name="configure">Registers the spouts (the generated <c>AddSpouts</c>) and the services they need.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args, Action<IServiceCollection> configure)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(configure);
        return Task.FromResult(0);
    }
}
