using Grpc.Core;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Pachyderm;

/// <summary>Looks at a pipeline, stops and starts it. Every method throws <see cref="PachydermException"/>.</summary>
internal sealed class PipelineControl(CallInvoker invoker, string project, string name)
{
    // Both change what Kubernetes runs in a transaction of their own, which a busy server repeats within.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly API.APIClient _pps = new(invoker);
    private readonly Pipeline _pipeline = new() { Project = new() { Name = project }, Name = name };

    /// <summary>The command that starts it.</summary>
    public string StartCommand { get; } = Pachctl.StartPipeline(project, name);

    /// <summary>The pipeline as people write it: project/name.</summary>
    public string Name { get; } = $"{project}/{name}";

    public Task<PipelineInfo> InspectAsync(CancellationToken cancellation) => OutputRepo.CallAsync(
        $"inspect the pipeline {Name}",
        options => _pps.InspectPipelineAsync(new InspectPipelineRequest { Pipeline = _pipeline, Details = true }, options),
        cancellation);

    /// <summary>Ends its workers; its output branch is then an ordinary one. Nothing happens where that is so.</summary>
    public Task StopAsync(CancellationToken cancellation) => OutputRepo.CallAsync(
        $"stop the pipeline {Name}",
        options => _pps.StopPipelineAsync(new StopPipelineRequest { Pipeline = _pipeline, MustExist = true }, options.WithDeadline(DateTime.UtcNow + Patience)),
        cancellation);

    /// <summary>Makes its workers again.</summary>
    public Task StartAsync(CancellationToken cancellation) => OutputRepo.CallAsync(
        $"start the pipeline {Name}",
        options => _pps.StartPipelineAsync(new StartPipelineRequest { Pipeline = _pipeline }, options.WithDeadline(DateTime.UtcNow + Patience)),
        cancellation);
}
