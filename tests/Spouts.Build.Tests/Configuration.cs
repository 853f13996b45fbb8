namespace Spouts.Build.Tests;

/// <summary>How this test was built, and therefore what it finds built beside it.</summary>
internal static class Configuration
{
#if DEBUG
    public const string Name = "Debug";
#else
    public const string Name = "Release";
#endif
}
