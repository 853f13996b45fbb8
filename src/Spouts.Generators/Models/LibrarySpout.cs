namespace Spouts.Generators.Models;

/// <summary>A spout of a library that the program refers to.</summary>
/// <param name="Name">The pipeline's name.</param>
/// <param name="Library">The library's assembly.</param>
/// <param name="NamedBy">The assembly that names it: the library itself, or another library that refers to it.</param>
/// <param name="Registrar">The class that registers the library's spouts, as C# names it, with <c>global::</c>.</param>
/// <param name="Manifest">What the build must know of the spout, as JSON.</param>
internal sealed record LibrarySpout(string Name, string Library, string NamedBy, string Registrar, string Manifest);
