namespace Spouts.Build.Tests.Images;

/// <summary>
/// buildah, which builds without a container runtime, and podman with runc, which run on any kind of control groups. The images are in
/// a store of their own, where a stand-in may have the name of a real image.
/// </summary>
internal sealed class ContainerEngine : IDisposable
{
    private readonly TemporaryFolder _store = new();

    // The store is plain folders, of which nothing stays mounted.
    private string[] Store => ["--root", _store.File("root"), "--runroot", _store.File("run"), "--storage-driver", "vfs"];

    // A container may not raise its limits above the machine's.
    private static string[] Limits => ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];

    // Nothing but the RUN itself ends what it starts, so it may leave no server behind. Analyzers have had their say before.
    private static string[] Quick => ["--env", "MSBUILDDISABLENODEREUSE=1", "--env", "UseSharedCompilation=false", "--env", "RunAnalyzers=false"];

    /// <summary>Installs what is missing, or skips the test with the reason why that is impossible.</summary>
    public static async Task<ContainerEngine> FindAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Containers are built and run on Linux.");
        (int exitCode, string output) = await Command.TryAsync("bash", [Repo.File(".ci/containers")]);
        Assert.SkipUnless(exitCode == 0, $"There is no container engine: {output.Trim()}");
        return new();
    }

    /// <summary>Builds an image.</summary>
    /// <param name="dockerfile">The Dockerfile; what it ignores is beside it.</param>
    /// <param name="context">The folder to build in.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="volumes">What else RUN sees, each as buildah wants it.</param>
    public Task BuildAsync(string dockerfile, string context, string name, params IEnumerable<string> volumes) => Command.RunAsync(
        "buildah",
        [
            .. Store, "bud", "--isolation", "chroot", "--layers=false", .. Quick, "--file", dockerfile, "--ignorefile", $"{dockerfile}.dockerignore",
            "--tag", name, .. volumes.SelectMany(static volume => (string[])["--volume", volume]), context,
        ]);

    /// <summary>Skips the test if no container of an image can run here, whatever is in it.</summary>
    public async Task RequireContainersAsync(string image, string command)
    {
        (int exitCode, string output) = await Command.TryAsync("podman", Podman("run", ["--rm", .. Limits, "--network", "host", image, command]));
        Assert.SkipUnless(exitCode == 0, $"No container can run here: {output.Trim()}");
    }

    /// <summary>Asks for a member of an image or container.</summary>
    public async Task<string> InspectAsync(string name, string member) =>
        (await Command.RunAsync("podman", Podman("inspect", ["--format", $"{{{{{member}}}}}", name]))).Trim();

    /// <summary>Starts a container that may do nothing but what every process may: no capability, nothing to write to.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> StartAsync(
        string image, IEnumerable<KeyValuePair<string, string>> environment, params IEnumerable<string> volumes)
    {
        string name = $"spouts-{Guid.NewGuid():N}";
        await Command.RunAsync("podman", Podman("run",
        [
            "--detach", "--name", name, "--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges",
            "--network", "host", .. Limits,
            .. environment.SelectMany(static variable => (string[])["--env", $"{variable.Key}={variable.Value}"]),
            .. volumes.SelectMany(static volume => (string[])["--volume", volume]), image,
        ]));
        return name;
    }

    /// <summary>What a container has printed so far.</summary>
    public async Task<string> LogAsync(string name) => (await Command.TryAsync("podman", Podman("logs", [name]))).Output;

    public Task RemoveAsync(string name) => Command.RunAsync("podman", Podman("rm", ["--force", "--time", "0", name]));

    public void Dispose() => _store.Dispose();

    private IEnumerable<string> Podman(string command, IEnumerable<string> arguments) =>
        [.. Store, "--cgroup-manager", "cgroupfs", "--runtime", "runc", command, .. arguments];
}
