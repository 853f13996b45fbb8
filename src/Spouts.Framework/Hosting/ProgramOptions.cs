namespace Spouts.Hosting;

/// <summary>What the command line asked for.</summary>
/// <param name="Once">Run each source once, then end.</param>
/// <param name="Json">Print machine-readable lines.</param>
/// <param name="Context">The pachctl context that was asked for by name; null where none was.</param>
internal sealed record ProgramOptions(bool Once, bool Json, string? Context);
