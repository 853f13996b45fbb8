using System.Text.Json.Nodes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Pods;
using Spouts.Pachyderm.Protos.Local;

namespace Spouts.Local.Services;

/// <summary><c>spouts_local.Pods</c>: the Kubernetes objects that there would be.</summary>
internal sealed class PodsService(Pachd pachd, KubernetesObjects objects) : Pachyderm.Protos.Local.Pods.PodsBase
{
    public override Task<KubernetesObject> GetObject(GetObjectRequest request, ServerCallContext context)
    {
        JsonObject found = pachd.Read(tx => objects.Find(tx, request.Kind, request.Name))
            ?? throw new PachException(ErrorKind.NotFound, $"{request.Kind} \"{request.Name}\" not found");
        return Task.FromResult(new KubernetesObject { Json = found.ToJsonString(KubernetesObjects.Indented) });
    }
}
