using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;

namespace Spouts.Local.Pods;

/// <summary>
/// Keeps, for every spout that has a door, the file that a pod finds at <c>/pachctl/config.json</c>: where the door is, and,
/// with auth, the token of the pipeline.
/// </summary>
internal sealed partial class WorkerConfigs
{
    private readonly Pachd _pachd;
    private readonly ILogger _log;
    private readonly Lock _lock = new();

    public WorkerConfigs(Pachd pachd, PipelineEvents events, ILogger log)
    {
        _pachd = pachd;
        _log = log;
        events.Changed += Follow;
    }

    public string PathOf(string project, string pipeline)
        => Path.GetFullPath(Path.Combine(_pachd.Directory, "workers", project, pipeline, "config.json"));

    /// <summary>Brings the file in line with what the store says now.</summary>
    public void Refresh(string project, string pipeline)
    {
        // The lock keeps the last writer from being one that has read an older state.
        lock (_lock)
        {
            PipelineRow? row = _pachd.Read(tx => tx.Pipeline(project, pipeline));
            string path = PathOf(project, pipeline);
            if (row is null)
                Delete(Path.GetDirectoryName(path)!);
            else if (row.DoorPort is { } port)
                PachConfig.Write(path, Config(row, port));
        }
    }

    // What has become of the pipeline is durable by now: a full disk must not make it look refused. Whoever attaches tries again.
    private void Follow(string project, string pipeline)
    {
        try
        {
            Refresh(project, pipeline);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failed(_log, project, pipeline, e);
        }
    }

    // The project in it is always "default", as in a real worker.
    private static JsonObject Config(PipelineRow row, int port)
    {
        JsonObject context = new() { ["pachd_address"] = $"localhost:{port}", ["project"] = Names.DefaultProject };
        if (row.AuthToken is { } token)
            context["session_token"] = token;
        return new JsonObject
        {
            ["v2"] = new JsonObject
            {
                ["active_context"] = "default",
                ["contexts"] = new JsonObject { ["default"] = context },
                ["metrics"] = true,
            },
        };
    }

    private static void Delete(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker's configuration of {Project}/{Pipeline} could not be written.")]
    private static partial void Failed(ILogger log, string project, string pipeline, Exception exception);
}
