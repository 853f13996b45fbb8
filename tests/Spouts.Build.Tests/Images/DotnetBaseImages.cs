using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Spouts.Build.Tests.Images;

/// <summary>
/// The images that a Dockerfile is based on. Where the registry can be reached they are the real ones, else they are made of this
/// machine's own SDK and runtime.
/// </summary>
internal static partial class DotnetBaseImages
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string[] SystemFolders = ["bin", "lib", "lib64", "sbin"];

    /// <summary>Without a name for its user and certificates to trust, a restore waits for ever.</summary>
    private static readonly string[] Settings = ["/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/ssl", "/etc/pki"];

    private static string Runtime => RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/');

    private static string Dotnet => Path.GetFullPath(Path.Combine(Runtime, "../../.."));

    /// <summary>Makes stand-ins where there have to be some.</summary>
    /// <returns>What the image of the SDK needs of this machine while it builds, each as buildah wants it.</returns>
    public static async Task<string[]> ProvideAsync(ContainerEngine engine, string dockerfile)
    {
        string[] images = [.. From().Matches(await File.ReadAllTextAsync(dockerfile)).Select(static line => line.Groups[1].Value)];
        Assert.Equal(2, images.Length);
        if (await IsThereAsync(images[0]) && await IsThereAsync(images[1]))
            return [];
        await MakeRuntimeAsync(engine, images[1]);
        return await MakeSdkAsync(engine, images[0]);
    }

    [GeneratedRegex(@"^FROM (mcr\.microsoft\.com/\S+)", RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex(@"/\S+\.so\S*")]
    private static partial Regex Library();

    private static async Task<bool> IsThereAsync(string image)
    {
        string[] parts = image.Split('/', 2);
        string[] name = parts[1].Split(':');
        using HttpClient http = new() { Timeout = Patience };
        using HttpRequestMessage request = new(HttpMethod.Head, $"https://{parts[0]}/v2/{name[0]}/manifests/{name[1]}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.docker.distribution.manifest.list.v2+json"));
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>An almost empty image: the SDK and the programs that it starts are this machine's, read-only, and so are its packages.</summary>
    private static async Task<string[]> MakeSdkAsync(ContainerEngine engine, string image)
    {
        using TemporaryFolder root = new();
        foreach (string folder in (string[])["tree/usr", "tree/tmp", "tree/root", "tree/etc"])
            Directory.CreateDirectory(root.File(folder));
        foreach (string folder in SystemFolders.Where(static folder => new FileInfo($"/{folder}").LinkTarget is not null))
            File.CreateSymbolicLink(root.File($"tree/{folder}"), new FileInfo($"/{folder}").LinkTarget!);
        await Command.RunAsync("cp", ["-a", .. Settings.Where(Path.Exists), root.File("tree/etc")]);
        await BuildAsync(engine, root, image, $"ENV PATH={Dotnet}:/usr/bin:/bin HOME=/root NUGET_PACKAGES=/packages");

        string packages = (await Command.RunAsync("dotnet", ["nuget", "locals", "global-packages", "--list", "--force-english-output"])).Split(": ")[1].Trim();
        IEnumerable<string> machine = SystemFolders
            .Where(static folder => Directory.Exists($"/{folder}") && new FileInfo($"/{folder}").LinkTarget is null)
            .Select(static folder => $"/{folder}")
            .Append("/usr");
        if (!Dotnet.StartsWith("/usr/", StringComparison.Ordinal))
            machine = machine.Append(Dotnet);
        return [.. machine.Select(static folder => $"{folder}:{folder}:ro"), $"{packages}:/packages"];
    }

    /// <summary>The runtime and the libraries that it loads, and no shell: as little as a chiseled image.</summary>
    private static async Task MakeRuntimeAsync(ContainerEngine engine, string image)
    {
        using TemporaryFolder root = new();
        string tree = root.File("tree"), dotnet = root.File("tree/usr/share/dotnet");
        string frameworks = Directory.CreateDirectory($"{dotnet}/shared/Microsoft.NETCore.App").FullName;
        await Command.RunAsync("cp", ["-a", $"{Dotnet}/dotnet", $"{Dotnet}/host", dotnet]);
        await Command.RunAsync("cp", ["-a", Runtime, frameworks]);
        (_, string linked) = await Command.TryAsync("ldd", Directory.GetFiles(Runtime, "*.so").Prepend($"{Dotnet}/dotnet"));
        string[] libraries = [.. Library().Matches(linked).Select(static path => path.Value).Distinct().Where(static path => !path.StartsWith(Dotnet, StringComparison.Ordinal))];
        await Command.RunAsync("cp", ["-L", "--parents", .. libraries, tree]);
        await BuildAsync(engine, root, image, "ENV PATH=/usr/share/dotnet DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true");
    }

    private static async Task BuildAsync(ContainerEngine engine, TemporaryFolder root, string image, string settings)
    {
        await File.WriteAllTextAsync(root.File("Dockerfile"), $"FROM scratch\nCOPY . /\n{settings}\n");
        await File.WriteAllTextAsync(root.File("Dockerfile.dockerignore"), "");
        await engine.BuildAsync(root.File("Dockerfile"), root.File("tree"), image);
    }
}
