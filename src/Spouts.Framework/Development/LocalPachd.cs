using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Spouts.Development;

/// <summary>
/// The local pachd as a process: started here, or already running for another program of the same project. It ends with the
/// process that started it, because it watches its standard input.
/// </summary>
internal sealed class LocalPachd : IDisposable
{
    private const int AlreadyRunning = 73;

    private Process? _process;

    private LocalPachd(string address, Process? process)
    {
        Address = new UriBuilder(Uri.UriSchemeHttp, address.Split(':')[0], int.Parse(address.Split(':')[1], provider: null)).Uri;
        _process = process;
    }

    /// <summary>The address of its cluster door.</summary>
    public Uri Address { get; }

    /// <summary>Starts it, or finds the one that another program of this project has started.</summary>
    /// <exception cref="LocalPachdException">It does not start; it has said why on standard error.</exception>
    public static async Task<LocalPachd> StartAsync(LocalProject project, CancellationToken cancellation)
    {
        Process process = Process.Start(StartInfo(project))
            ?? throw new LocalPachdException($"The local pachd ({project.Pachd}) does not start.");
        string? ready = await process.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false);
        if (ready is not null)
            return new(ReadAddress(ready), process);
        await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        int code = process.ExitCode;
        process.Dispose();
        string running = Path.Combine(project.State, "pachd.json");
        if (code == AlreadyRunning && File.Exists(running))
            return new(ReadAddress(await File.ReadAllTextAsync(running, cancellation).ConfigureAwait(false)), process: null);
        if (code == AlreadyRunning)
            throw new LocalPachdException($"Another process has {project.State} open and does not say yet where it listens: wait until it has started, or end it, and try again.");
        throw new LocalPachdException(
            $"The local pachd ({project.Pachd}) ended with exit code {code} before it was ready; what it wrote above says why. "
            + $"Its state is in {project.State}.");
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _process, null) is not { } process)
            return;
        // Crash-only: it loses nothing that it has acknowledged.
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static ProcessStartInfo StartInfo(LocalProject project)
    {
        bool managed = string.Equals(Path.GetExtension(project.Pachd), ".dll", StringComparison.OrdinalIgnoreCase);
        ProcessStartInfo info = new(managed ? DotnetHost() : project.Pachd)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = project.Folder,
        };
        if (managed)
            info.ArgumentList.Add(project.Pachd);
        foreach (string argument in (string[])["start", "--state", project.State, "--workers", "attach", "--until-stdin-closes", "--may-be-in-use"])
            info.ArgumentList.Add(argument);
        return info;
    }

    // The host that runs this very program, wherever it is installed; a program that brings its own runtime asks the path.
    private static string DotnetHost()
    {
        string host = Path.GetFullPath(Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(host) ? host : "dotnet";
    }

    private static string ReadAddress(string json)
    {
        try
        {
            using JsonDocument ready = JsonDocument.Parse(json);
            return ready.RootElement.GetProperty("address").GetString() ?? throw new JsonException("'address' is null");
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new LocalPachdException($"The local pachd said '{json}' instead of where it listens.", wrong);
        }
    }
}
