namespace Spouts.Hosting;

/// <summary>What the command line asked for.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Json">Print machine-readable lines.</param>
/// <param name="Context">The pachctl context that was asked for by name; null where none was.</param>
internal sealed record ProgramOptions(Verb Verb, bool Json, string? Context);
