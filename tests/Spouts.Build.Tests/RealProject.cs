namespace Spouts.Build.Tests;

/// <summary>A project in a folder of its own, built by <c>dotnet</c>.</summary>
public sealed class RealProject : IDisposable
{
    private static readonly string FrameworkFromSource = $"""<Import Project="{Repo.File("src/Spouts.Build/Spouts.InRepo.targets")}" />""";

    private readonly TemporaryFolder _folder = new();

    private RealProject(string properties, string imports)
    {
        File.WriteAllText(_folder.File("Directory.Build.props"), "<Project />");
        File.WriteAllText(_folder.File("Directory.Build.targets"), "<Project />");
        WriteProject("Demo.csproj", properties, imports);
    }

    public TemporaryFolder Folder => _folder;

    /// <summary>
    /// A program that imports the targets as a package would. Its manifest is written by hand: the build knows nothing of
    /// generators.
    /// </summary>
    public static RealProject WithManifest(string outputType = "Exe", string properties = "")
    {
        string build = Repo.File("src/Spouts.Build/build");
        RealProject project = new(
            $"""
            <OutputType>{outputType}</OutputType>
            <SpoutsBuildTasks>{Path.Combine(AppContext.BaseDirectory, "Spouts.Build.dll")}</SpoutsBuildTasks>
            <SpoutsLocalPachd>/tools/Spouts.Local.dll</SpoutsLocalPachd>
            {properties}
            """,
            $"""
            <Import Project="{build}/Spouts.Framework.props" />
            <Import Project="{build}/Spouts.Framework.targets" />
            """);
        project.Write(TestAssembly.TwoSpouts);
        return project;
    }

    /// <summary>A program built against the sources of the framework, as the samples are.</summary>
    public static RealProject InRepo(string source, string properties = "", string references = "")
    {
        RealProject project = new($"<OutputType>Exe</OutputType>{properties}", references + FrameworkFromSource);
        File.WriteAllText(project.Folder.File("Demo.cs"), source);
        return project;
    }

    /// <summary>Adds a project in a folder of its own, also built against the sources of the framework.</summary>
    public void AddInRepo(string file, string source, string properties, string references = "")
    {
        string path = _folder.File(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WriteProject(file, properties, references + FrameworkFromSource);
        File.WriteAllText(Path.ChangeExtension(path, "cs"), source);
    }

    /// <summary>Gives the program another manifest, or takes it away.</summary>
    public void Write(string? manifest) => File.WriteAllText(
        _folder.File("Program.cs"),
        (manifest is null ? "" : $"""""[assembly: System.Reflection.AssemblyMetadata("Spouts.Manifest", """"{manifest.ReplaceLineEndings("")}"""")]{"\n"}""""")
        + "public static class Program { public static void Main() => System.Console.WriteLine(\"started\"); }\n");

    /// <summary>Runs <c>dotnet</c> in the project's folder; fails unless that ends as expected.</summary>
    /// <returns>What it printed.</returns>
    public string Dotnet(string arguments, bool succeeds = true) => Tests.Dotnet.Run(_folder.Path, arguments, succeeds);

    public void Dispose() => _folder.Dispose();

    private void WriteProject(string file, string properties, string imports) => File.WriteAllText(
        _folder.File(file),
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <Version>1.2.3</Version>
            {properties}
          </PropertyGroup>
          {imports}
        </Project>
        """);
}
