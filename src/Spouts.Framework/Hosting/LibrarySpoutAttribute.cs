using System.ComponentModel;

namespace Spouts.Hosting;

/// <summary>
/// Names a spout of a class library, so that the programs that refer to the library run it and have its spec. Generated code
/// writes it; a program's spouts are not marked like this, and stay its own.
/// </summary>
/// <param name="name">The pipeline's name.</param>
/// <param name="registrar">The library's class whose <c>AddSpouts</c> registers its spouts.</param>
/// <param name="manifest">What the build must know of the spout, as JSON.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class LibrarySpoutAttribute(string name, Type registrar, string manifest) : Attribute
{
    /// <summary>The pipeline's name.</summary>
    public string Name { get; } = name;

    /// <summary>The library's class whose <c>AddSpouts</c> registers its spouts.</summary>
    public Type Registrar { get; } = registrar;

    /// <summary>What the build must know of the spout, as JSON.</summary>
    public string Manifest { get; } = manifest;
}
