using System.Collections;
using System.ComponentModel;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Pods;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Children;

/// <summary>The worker of a spout that has a place: runs the spec's command as a child process, and tells the pipeline's state.</summary>
internal sealed class Worker(Pachd pachd, WorkerVariables variables, Images images, WorkerPlace place, WorkerLog log)
{
    // The local pachd stands in for what Pachyderm's variables say; of its own, the others stand in for those of an image.
    private static readonly string[] s_notInherited = ["PACH", "PPS_", "PEER_PORT"];

    /// <summary>Runs until the place is lost, or until there is nothing left to run.</summary>
    public async Task RunAsync()
    {
        if (place.Info.Details.Transform.Cmd.Count == 0)
        {
            await SetStateAsync(PipelineState.PipelineRunning, PipelineState.PipelineFailure, "nothing to run: no transform.cmd");
            return;
        }

        Replicas replicas = new(pachd.Time, Random.Shared.NextDouble);
        try
        {
            await replicas.RunAsync((long)place.Info.Parallelism, AttemptAsync, place.Dismissed);
            // The pods stay although nothing runs in them.
            await Task.Delay(Timeout.InfiniteTimeSpan, place.Dismissed);
        }
        finally
        {
            await SetStateAsync(PipelineState.PipelineCrashing, PipelineState.PipelineRunning, "");
        }
    }

    private async Task<bool> AttemptAsync(long replica, TimeSpan pause, CancellationToken stop)
    {
        string pod = $"{PipelineNames.Controller(place.Info)}-{replica}";
        int code;
        try
        {
            WorkerOrder order = images.Order(place.Info.Details.Transform, Environment(pod));
            await SetStateAsync(PipelineState.PipelineCrashing, PipelineState.PipelineRunning, "");
            Say(pod, $"running {order.Program} in {order.Directory}");
            code = await WorkerProcess.RunAsync(order, (stream, text) => Write(pod, text, stream), stop);
        }
        catch (Exception e) when (e is PachException or IOException or Win32Exception)
        {
            await SetStateAsync(PipelineState.PipelineRunning, PipelineState.PipelineCrashing, e.Message);
            Say(pod, $"{e.Message}: the next attempt is in {pause.TotalSeconds:0.0} s");
            return false;
        }

        bool well = code == 0 || place.Info.Details.Transform.AcceptReturnCode.Contains(code);
        Say(pod, well ? $"exit status {code}: this worker does not run it again" : $"exit status {code}: this worker runs it again in {pause.TotalSeconds:0.0} s");
        return well;
    }

    private Dictionary<string, string> Environment(string pod)
    {
        Dictionary<string, string> environment = [];
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            if (!s_notInherited.Any(prefix => ((string)variable.Key).StartsWith(prefix, StringComparison.Ordinal)))
                environment[(string)variable.Key] = (string)variable.Value!;
        }

        foreach ((string name, string value) in variables.Of(place.Info, place.Port, pod))
            environment[name] = value;
        return environment;
    }

    private void Say(string pod, string text) => Write(pod, text, stream: null);

    private void Write(string pod, string text, string? stream) => log.Write(new WorkerLine(
        "info", pachd.Time.GetUtcNow(), text, pod, place.Row.Project, place.Row.Name, Master: true, "spout", User: stream is not null, stream));

    // What has become of the pipeline meanwhile wins.
    private Task<bool> SetStateAsync(PipelineState from, PipelineState to, string reason) => pachd.ChangeAsync(
        false,
        change =>
        {
            PipelineRow? row = change.Tx.Pipeline(place.Row.Project, place.Row.Name);
            bool stands = row is { Stopped: false } && (row.Id, row.Version) == (place.Row.Id, place.Row.Version) && row.State == (int)from;
            if (stands)
                PipelineStore.SetState(change.Tx, row!, to, stopped: false, reason);
            return stands;
        },
        CancellationToken.None);
}
