using System.Reflection;
using System.Reflection.Emit;

namespace Spouts.Build.Tests;

/// <summary>Writes assemblies with a manifest, or none.</summary>
internal static class TestAssembly
{
    public const string TwoSpouts =
        """
        {"version":1,"spouts":[
          {"name":"clicks","class":"Demo.Clicks","outputBranch":"master","description":"Zürich's \"clicks\".","sources":[]},
          {"name":"views","class":"Demo.Views","outputBranch":"raw","sources":[],"later":{"versions":"may say more"}}]}
        """;

    public static string OneSpout(string name) =>
        $$"""{"version":1,"spouts":[{"name":"{{name}}","class":"A","outputBranch":"master","sources":[]}]}""";

    public static void Write(string path, string? manifest)
    {
        PersistedAssemblyBuilder assembly = new(new AssemblyName("Demo"), typeof(object).Assembly);
        assembly.DefineDynamicModule("Demo");
        ConstructorInfo metadata = typeof(AssemblyMetadataAttribute).GetConstructors().Single();
        assembly.SetCustomAttribute(new CustomAttributeBuilder(metadata, ["Other", "x"]));
        if (manifest is not null)
            assembly.SetCustomAttribute(new CustomAttributeBuilder(metadata, ["Spouts.Manifest", manifest]));
        assembly.Save(path);
    }
}
