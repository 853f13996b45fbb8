using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Local.Services;

/// <summary><c>pfs_v2.API</c>: translates, calls the core, translates back.</summary>
internal sealed partial class PfsService(Pachd pachd, FileSets fileSets, RequestRunner runner, Door door) : API.APIBase
{
    private Task<bool> ChangeAsync(ServerCallContext context, Action<Change> body)
        => pachd.ChangeAsync(
            door.IsSidecar,
            change =>
            {
                body(change);
                return true;
            },
            context.CancellationToken);
}
