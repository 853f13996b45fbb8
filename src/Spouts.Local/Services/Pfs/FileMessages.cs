using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Local.Services;

/// <summary>Reads the messages of ModifyFile and CreateFileSet into a layer.</summary>
internal static class FileMessages
{
    public static async Task ReadAsync(
        Pachd pachd, IAsyncStreamReader<ModifyFileRequest> messages, LayerWriter writer, CancellationToken cancellation)
    {
        while (await messages.MoveNext(cancellation))
        {
            ModifyFileRequest message = messages.Current;
            switch (message.BodyCase)
            {
                case ModifyFileRequest.BodyOneofCase.AddFile:
                    await AddAsync(message.AddFile, writer, cancellation);
                    break;
                case ModifyFileRequest.BodyOneofCase.DeleteFile:
                    Paths.CheckWritten(message.DeleteFile.Path);
                    await writer.DeleteAsync(message.DeleteFile.Path, message.DeleteFile.Datum, cancellation);
                    break;
                case ModifyFileRequest.BodyOneofCase.CopyFile:
                    await CopyAsync(pachd, message.CopyFile, writer, cancellation);
                    break;
                case ModifyFileRequest.BodyOneofCase.SetCommit:
                    throw new PachException("cannot set commit");
                default:
                    throw new PachException("unrecognized message type");
            }
        }
    }

    private static async Task AddAsync(AddFile add, LayerWriter writer, CancellationToken cancellation)
    {
        if (add.SourceCase == AddFile.SourceOneofCase.Url)
        {
            await UrlSource.AddAsync(add, writer, cancellation);
            return;
        }

        Paths.CheckWritten(add.Path);
        await writer.AddAsync(add.Path, add.Datum, add.Raw?.Memory ?? default, cancellation);
    }

    private static async Task CopyAsync(Pachd pachd, CopyFile copy, LayerWriter writer, CancellationToken cancellation)
    {
        if (copy.Src is null)
            {
            throw new PachException(
                ErrorKind.InvalidArgument,
                "validate recv: invalid ModifyFileRequest.CopyFile: embedded message failed validation | caused by: invalid CopyFile.Src: value is required");
        }

        using OpenedFiles source = await OpenedFiles.OpenAsync(pachd, copy.Src.Commit.ToPicked() ?? throw new PachException("pick commit tx: cannot pick nil commit"), cancellation);
        string from = Paths.Clean(copy.Src.Path);
        string below = Paths.AsDirectory(from);
        string target = Paths.Clean(copy.Dst);
        foreach (FileEntry file in source.Files(new FileQuery { Prefix = from, Datum = copy.Src.Datum }))
        {
            if (file.Path != from && !file.Path.StartsWith(below, StringComparison.Ordinal))
                continue;
            string path = Paths.Clean(target + "/" + file.Path[Math.Min(from.Length, file.Path.Length)..]);
            await writer.CopyAsync(path, copy.Datum, file, copy.Append, cancellation);
        }
    }
}
