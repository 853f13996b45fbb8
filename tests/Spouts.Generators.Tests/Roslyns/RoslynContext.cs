using System.Reflection;
using System.Runtime.Loader;

namespace Spouts.Generators.Tests.Roslyns;

/// <summary>
/// Another version of Roslyn, with the generator and this test loaded a second time, as they were built, so that they run inside it.
/// </summary>
internal sealed class RoslynContext(string version) : AssemblyLoadContext($"Roslyn {version}")
{
    private static readonly string Packages = typeof(RoslynContext).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static data => data.Key == "Packages").Value!;

    /// <summary>What <see cref="Description.Of"/> says in this version.</summary>
    public string Describe(string source) => (string)Call(nameof(Description.Of), source);

    /// <summary>The version of the Roslyn that it says it in.</summary>
    public string Version => (string)Call(nameof(Description.RoslynVersion));

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
    {
        "Microsoft.CodeAnalysis" => LoadFromAssemblyPath(InPackage("microsoft.codeanalysis.common", "Microsoft.CodeAnalysis.dll")),
        "Microsoft.CodeAnalysis.CSharp" => LoadFromAssemblyPath(InPackage("microsoft.codeanalysis.csharp", "Microsoft.CodeAnalysis.CSharp.dll")),
        "Spouts.Generators" => LoadFromAssemblyPath(typeof(SpoutGenerator).Assembly.Location),
        _ => null,
    };

    private object Call(string method, params object[] arguments) =>
        LoadFromAssemblyPath(typeof(RoslynContext).Assembly.Location)
            .GetType(typeof(Description).FullName!, throwOnError: true)!
            .GetMethod(method)!
            .Invoke(null, arguments)!;

    /// <summary>The library for the newest runtime that the package has one for.</summary>
    private string InPackage(string package, string file) => Directory
        .EnumerateFiles(Path.Combine(Packages, package, version, "lib"), file, SearchOption.AllDirectories)
        .Where(static path => !path.Contains("netstandard", StringComparison.Ordinal))
        .MaxBy(static path => System.Version.Parse(Path.GetFileName(Path.GetDirectoryName(path)!)["net".Length..]))!;
}
