using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Pods;
using Spouts.Pachyderm.Protos.Local;

namespace Spouts.Local.Services;

/// <summary><c>spouts_local.Workers</c>: a program takes the place of a pipeline's worker.</summary>
internal sealed class WorkersService(WorkerDesk desk, WorkerVariables variables) : Workers.WorkersBase
{
    public override async Task Attach(AttachRequest request, IServerStreamWriter<WorkerEnvironment> responseStream, ServerCallContext context)
    {
        string project = request.Project.Length == 0 ? Names.DefaultProject : request.Project;
        using WorkerPlace place = await desk.TakeAsync(project, request.Pipeline);
        WorkerEnvironment environment = new();
        environment.Variables.Add(variables.Of(place.Info, place.Port, $"{PipelineNames.Controller(place.Info)}-attached"));
        await responseStream.WriteAsync(environment, context.CancellationToken);
        TaskCompletionSource dismissed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = place.Dismissed.Register(dismissed.SetResult);
        await dismissed.Task.WaitAsync(context.CancellationToken);
    }
}
