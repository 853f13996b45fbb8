using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core.Files;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Local.Services;

/// <content>ModifyFile.</content>
internal sealed partial class PfsService
{
    public override async Task<Empty> ModifyFile(IAsyncStreamReader<ModifyFileRequest> requestStream, ServerCallContext context)
    {
        CancellationToken cancellation = context.CancellationToken;
        if (!await requestStream.MoveNext(cancellation))
            throw new Core.PachException("EOF");
        if (requestStream.Current.BodyCase != ModifyFileRequest.BodyOneofCase.SetCommit)
            throw new Core.PachException("first message must be a commit");
        FileTarget target = FileTarget.Choose(pachd, requestStream.Current.SetCommit.ToHandle());
        await using LayerWriter writer = new(pachd, target.Base);
        await FileMessages.ReadAsync(pachd, requestStream, writer, cancellation);
        // The caller's half-close: from here on the work is kept.
        await target.CommitAsync(writer, context.Caller(), cancellation);
        return new Empty();
    }
}
