namespace Spouts.Operating;

/// <summary>What a check found.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Text">What is so.</param>
/// <param name="Cure">What to do; null where nothing is wrong.</param>
/// <param name="ExitCode">How the program ends because of it.</param>
internal sealed record Finding(string Check, string Text, string? Cure = null, int ExitCode = ExitCodes.Done)
{
    public static Finding Wrong(string check, string text, string cure, int exitCode = ExitCodes.Configuration) => new(check, text, cure, exitCode);
}
