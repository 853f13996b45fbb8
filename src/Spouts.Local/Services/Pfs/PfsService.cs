using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Files;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using API = Spouts.Pachyderm.Protos.Pfs.API;

namespace Spouts.Local.Services;

/// <summary><c>pfs_v2.API</c>: translates, calls the core, translates back.</summary>
internal sealed partial class PfsService(Pachd pachd, FileSets fileSets, RequestRunner runner, Door door) : API.APIBase
{
    private Task<bool> ChangeAsync(ServerCallContext context, Action<Change> body)
        => pachd.ChangeAsync(
            context.Caller(),
            change =>
            {
                body(change);
                return true;
            },
            context.CancellationToken);

    private void Require(ServerCallContext context, RepoRef repo, params Permission[] permissions)
        => pachd.Check(tx => Access.Require(tx, context.Caller(), repo, permissions));

    /// <summary>Opens what a caller named for reading; a file set has no owner, and is anybody's who knows its name.</summary>
    private Task<OpenedFiles> OpenAsync(CommitHandle commit, ServerCallContext context)
    {
        if (!commit.IsFileSet)
            Require(context, commit.Repo, Permission.RepoRead);
        return OpenedFiles.OpenAsync(pachd, commit, context.CancellationToken);
    }
}
