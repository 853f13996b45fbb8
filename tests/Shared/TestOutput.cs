using System.Diagnostics;
using System.Text.Json;

namespace Spouts.Tests;

/// <summary>
/// Keeps what the programs under test print, and which secrets they were given, in the folder that <c>SPOUTS_TEST_OUTPUT</c> names.
/// <c>test.sh</c> sets it, and looks at the end whether any secret got out.
/// </summary>
internal static class TestOutput
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("SPOUTS_TEST_OUTPUT");
    private static readonly Lock Turn = new();

    /// <summary>Gives a program a password such as the environment of a worker has, and notes it with its other secrets.</summary>
    public static void Plant(ProcessStartInfo program)
    {
        if (Folder is null)
            return;
        program.Environment["POSTGRES_PASSWORD"] = Secret();
        IEnumerable<string> given = program.Environment
            .Where(static variable => variable.Key.EndsWith("TOKEN", StringComparison.Ordinal) && variable.Value is { Length: > 4 })
            .Select(static variable => variable.Value!);
        Plant([.. given, .. Tokens(program.Environment.TryGetValue("PACH_CONFIG", out string? config) ? config : null)]);
    }

    /// <summary>Notes secrets that a program is given, or has made; never empty ones, which are found in every line.</summary>
    public static void Plant(params string[] secrets)
    {
        if (Folder is not null)
            Append("secrets", secrets);
    }

    /// <summary>Makes a secret that is found nowhere by chance, and notes it.</summary>
    public static string Secret()
    {
        string secret = $"planted-{Guid.NewGuid():N}";
        Plant(secret);
        return secret;
    }

    /// <summary>Keeps what a program has printed. What its standard error has from the test's own process, the test's log keeps.</summary>
    public static void Keep(string printed)
    {
        if (Folder is not null)
            Append("output", [printed]);
    }

    private static IEnumerable<string> Tokens(string? config)
    {
        if (config is null || !File.Exists(config))
            return [];
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(config));
        return [.. json.RootElement.GetProperty("v2").GetProperty("contexts").EnumerateObject()
            .Select(static context => context.Value.TryGetProperty("session_token", out JsonElement token) ? token.GetString() : null)
            .OfType<string>().Where(static token => token.Length > 0)];
    }

    // A file of each test process: they run one after the other, but nothing says so.
    private static void Append(string kind, IEnumerable<string> lines)
    {
        lock (Turn)
            File.AppendAllLines(Path.Combine(Folder!, $"{Environment.ProcessId}.{kind}"), lines);
    }
}
