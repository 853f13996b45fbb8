namespace Spouts.Build.Tests;

/// <summary>The repository that this test was built from.</summary>
internal static class Repo
{
    public static string File(string path)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "Spouts.sln")))
            folder = folder.Parent;
        Assert.NotNull(folder);
        return Path.Combine(folder.FullName, path);
    }
}
