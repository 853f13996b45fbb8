using System.Text.Json.Nodes;
using Spouts.Development;
using Spouts.Pachyderm;

namespace Spouts.Testing;

/// <summary>
/// A local pachd as a process of its own, in a folder of its own, for the tests of a spout: it makes pipelines, lets a program be
/// their worker, and shows what arrived.
/// </summary>
public sealed class LocalCluster : IDisposable
{
    internal const string Project = "default";

    // The targets of the package write it into the runtimeconfig.json of a test program.
    private const string PachdKey = "Spouts.LocalPachd";

    private readonly LocalProject _project;
    private readonly bool _ownsFolder;
    private LocalPachd _pachd;
    private PachydermChannel _channel;

    private LocalCluster(LocalProject project, bool ownsFolder, LocalPachd pachd)
    {
        _project = project;
        _ownsFolder = ownsFolder;
        _pachd = pachd;
        _channel = new(pachd.Address, token: null);
    }

    /// <summary>Its address; the same after a restart.</summary>
    public Uri Address => _pachd.Address;

    /// <summary>Starts a local pachd.</summary>
    /// <param name="folder">The folder that keeps its state; a temporary one, deleted in the end, unless given.</param>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    /// <returns>The running server.</returns>
    /// <exception cref="SpoutConfigurationException">The program was built without the targets of Spouts.Testing.</exception>
    public static async Task<LocalCluster> StartAsync(string? folder = null, CancellationToken cancellationToken = default)
    {
        string pachd = AppContext.GetData(PachdKey) as string ?? throw new SpoutConfigurationException(
            $"This program does not know where the local pachd is: {PachdKey} is not set in its runtimeconfig.json. Reference the package "
            + "Spouts.Testing in the project of the tests, without ExcludeAssets on it or on Spouts.Framework, and build it again.");
        bool owns = folder is null;
        folder ??= Directory.CreateTempSubdirectory("spouts-").FullName;
        LocalProject project = new(pachd, folder);
        return new(project, owns, await LocalPachd.StartAsync(project, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Kills the server without a warning (SIGKILL).</summary>
    public void Kill() => _pachd.Dispose();

    /// <summary>Starts the server again, on the same address and state.</summary>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    /// <returns>When it answers.</returns>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        _channel.Dispose();
        _pachd.Dispose();
        _pachd = await LocalPachd.StartAsync(_project, cancellationToken).ConfigureAwait(false);
        _channel = new(_pachd.Address, token: null);
    }

    /// <summary>Creates the pipeline of a spout, or updates it, and answers the environment that a worker of it has.</summary>
    /// <param name="name">The spout's name.</param>
    /// <param name="outputBranch">Its output branch.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The environment variables to start the spout's program with.</returns>
    public async Task<IReadOnlyDictionary<string, string>> CreateSpoutAsync(
        string name, string outputBranch = "master", CancellationToken cancellationToken = default)
    {
        JsonObject spec = new()
        {
            ["pipeline"] = new JsonObject { ["name"] = name },
            ["transform"] = new JsonObject { ["image"] = name, ["cmd"] = new JsonArray(name) },
            ["outputBranch"] = outputBranch,
            ["spout"] = new JsonObject(),
        };
        Pachyderm.Protos.Pps.API.APIClient pps = new(_channel.Invoker);
        await pps.CreatePipelineV2Async(
            new() { CreatePipelineRequestJson = spec.ToJsonString(), Update = true }, cancellationToken: cancellationToken).ConfigureAwait(false);
        using var attached = new Pachyderm.Protos.Local.Workers.WorkersClient(_channel.Invoker).Attach(
            new() { Project = Project, Pipeline = name }, cancellationToken: cancellationToken);
        return await attached.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false)
            ? attached.ResponseStream.Current.Variables
            : throw new InvalidOperationException($"The local pachd lets nobody attach to '{name}'.");
    }

    /// <summary>Opens a spout's output repo, to see what arrived there.</summary>
    /// <param name="spout">The spout's name.</param>
    /// <param name="outputBranch">Its output branch.</param>
    /// <returns>The repo; it stays usable when the server is started again.</returns>
    public SpoutRepo OpenRepo(string spout, string outputBranch = "master") => new(Address, spout, outputBranch);

    /// <summary>Ends the server and deletes its folder if it was a temporary one.</summary>
    public void Dispose()
    {
        _channel.Dispose();
        _pachd.Dispose();
        if (_ownsFolder)
            Directory.Delete(_project.Folder, recursive: true);
    }
}
