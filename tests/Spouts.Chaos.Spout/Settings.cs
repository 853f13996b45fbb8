using System.Globalization;

namespace Spouts.Chaos.Spout;

/// <summary>What the harness tells the spout, by environment variables.</summary>
internal static class Settings
{
    /// <summary>The folder that the source lies in.</summary>
    public static string Folder => Required("CHAOS_FOLDER");

    /// <summary>The broker with the queue.</summary>
    public static Uri Broker => new(Required("CHAOS_BROKER"));

    /// <summary>The length of the large file in MiB.</summary>
    public static long Megabytes => long.Parse(Required("CHAOS_MEGABYTES"), CultureInfo.InvariantCulture);

    /// <summary>The most items in one batch.</summary>
    public static int Batch => int.Parse(Required("CHAOS_BATCH"), CultureInfo.InvariantCulture);

    /// <summary>Acknowledge a file when it is read, as so many spouts do; the harness must find that it loses data.</summary>
    public static bool AcknowledgeEarly => Environment.GetEnvironmentVariable("CHAOS_ACKNOWLEDGE_EARLY") == "true";

    /// <summary>Acknowledge a queue batch by batch, with <c>multiple: true</c>, and not item by item.</summary>
    public static bool AcknowledgesBatches => Environment.GetEnvironmentVariable("CHAOS_ACKNOWLEDGE_BATCHES") == "true";

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
}
