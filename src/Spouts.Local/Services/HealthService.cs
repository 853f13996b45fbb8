using Grpc.Core;
using Grpc.Health.V1;

namespace Spouts.Local.Services;

/// <summary><c>grpc.health.v1.Health</c>: a process that answers is healthy.</summary>
internal sealed class HealthService : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
        => request.Service.Length == 0
            ? Task.FromResult(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving })
            : throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        HealthCheckResponse.Types.ServingStatus status = request.Service.Length == 0
            ? HealthCheckResponse.Types.ServingStatus.Serving
            : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
        await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
        // It never changes; the stream stays open for as long as the caller wants.
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }
}
