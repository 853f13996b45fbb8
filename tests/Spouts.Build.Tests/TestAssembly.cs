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

    /// <summary>All that a spout can say.</summary>
    public const string FullSpout =
        """
        {"version":1,"spouts":[{"name":"clicks","class":"Demo.Clicks","outputBranch":"raw","description":"All of it.","project":"web",
          "labels":{"team":"web","example.com/tier":""},"annotations":{"example.com/owner":"Zoë \"Z\" <z@example.com>"},"parallelism":2,
          "secrets":[
            {"name":"clicks-api","key":"token","environment":"CLICKS_TOKEN"},
            {"name":"clicks-tls","mountPath":"/secrets/tls"}],
          "resources":{"cpu":0.5,"memory":"256Mi","disk":"1Gi","cpuLimit":1,"memoryLimit":"512Mi","diskLimit":"2Gi"},
          "sources":[{"name":"Fetch","kind":"schedule","cursors":[{"name":"last","type":"long"},{"name":"seen","type":"Dictionary<string, int?>"}],"cron":"0 6 * * *","timeZone":"Europe/Berlin"}]}]}
        """;

    /// <summary>A spout and what else the manifest says of it, such as <c>"parallelism":2</c>.</summary>
    public static string OneSpout(string name, string members = "\"sources\":[]") =>
        $$"""{"version":1,"spouts":[{"name":"{{name}}","class":"A","outputBranch":"master",{{members}}}]}""";

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
