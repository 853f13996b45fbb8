using Microsoft.Build.Framework;
using Spouts.Build.Manifests;

namespace Spouts.Build.Tasks;

/// <summary>Refuses an assembly with classes that are marked as spouts where the generator has not run: it would build, and do nothing.</summary>
public sealed class CheckSpouts : SpoutsTask
{
    /// <summary>The compiled assembly.</summary>
    [Required]
    public string Assembly { get; set; } = "";

    /// <summary><c>$(Language)</c>.</summary>
    public string Language { get; set; } = "";

    private protected override void Run()
    {
        if (ManifestReader.Read(Assembly) is null && ManifestReader.FindMarked(Assembly) is { } marked)
            throw new BuildError(ErrorCodes.NotGenerated, ProjectFile, $"{marked} is marked with [Spout], and nothing was generated for it: {Cure}.");
    }

    private string Cure => Language is "C#" or ""
        ? "let the analyzers of the package Spouts.Framework come into this project (its reference leaves them out: IncludeAssets, ExcludeAssets, or PrivateAssets of the project between)"
        : $"the generator reads C#, and this project is in {Language}: write the class in a C# project, which may call this one";
}
