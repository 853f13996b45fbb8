namespace Spouts.Local.Children;

/// <summary>What a keeper starts.</summary>
/// <param name="Program">The path of the program.</param>
/// <param name="Directory">The working directory.</param>
/// <param name="Environment">All of its variables.</param>
/// <param name="Stdin">What it reads.</param>
internal sealed record WorkerOrder(
    string Program, IReadOnlyList<string> Arguments, string Directory, IReadOnlyDictionary<string, string> Environment, string Stdin);
