using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Pachyderm.Protos.Storage;

namespace Spouts.Local.Services;

/// <summary><c>storage.Fileset</c>: file sets without a repo.</summary>
internal sealed class FilesetService(Pachd pachd, FileSets fileSets) : Fileset.FilesetBase
{
    private const int PieceSize = 1024 * 1024;

    public override async Task<CreateFilesetResponse> CreateFileset(IAsyncStreamReader<CreateFilesetRequest> requestStream, ServerCallContext context)
    {
        CancellationToken cancellation = context.CancellationToken;
        await using LayerWriter writer = fileSets.Writer();
        while (await requestStream.MoveNext(cancellation))
        {
            CreateFilesetRequest message = requestStream.Current;
            switch (message.ModificationCase)
            {
                case CreateFilesetRequest.ModificationOneofCase.AppendFile:
                    Paths.CheckWritten(message.AppendFile.Path);
                    ReadOnlyMemory<byte> data = message.AppendFile.Data?.Memory ?? default;
                    await writer.AddAsync(message.AppendFile.Path, "", data, cancellation);
                    break;
                case CreateFilesetRequest.ModificationOneofCase.DeleteFile:
                    Paths.CheckWritten(message.DeleteFile.Path);
                    await writer.DeleteAsync(message.DeleteFile.Path, "", cancellation);
                    break;
                case CreateFilesetRequest.ModificationOneofCase.CopyFile:
                    await CopyAsync(message.CopyFile, writer, cancellation);
                    break;
                default:
                    // An empty message says nothing and is let pass here, unlike in pfs.
                    break;
            }
        }

        return new CreateFilesetResponse { FilesetId = await fileSets.CreateAsync(writer, cancellation) };
    }

    public override async Task ReadFileset(
        ReadFilesetRequest request, IServerStreamWriter<ReadFilesetResponse> responseStream, ServerCallContext context)
    {
        using OpenedFiles opened = await OpenAsync(request.FilesetId, context.CancellationToken);
        List<Func<string, bool>> filters = [.. request.Filters.Select(Filter)];
        foreach (FileEntry file in opened.Files(new FileQuery()).Where(file => filters.All(filter => filter(file.Path))))
        {
            // A file of no bytes has no pieces, and so is left out, whatever empty_files says.
            foreach (ReadOnlyMemory<byte> piece in FileContent.Read(file, pachd.Chunks, 0, PieceSize))
            {
                await responseStream.WriteAsync(
                    new ReadFilesetResponse { Path = file.Path, Data = UnsafeByteOperations.UnsafeWrap(piece) }, context.CancellationToken);
            }
        }
    }

    public override async Task<Empty> RenewFileset(RenewFilesetRequest request, ServerCallContext context)
    {
        await fileSets.RenewAsync(request.FilesetId, Times.Seconds(request.TtlSeconds), context.CancellationToken);
        return new Empty();
    }

    public override async Task<ComposeFilesetResponse> ComposeFileset(ComposeFilesetRequest request, ServerCallContext context)
        => new()
        {
            FilesetId = await fileSets.ComposeAsync(
                request.FilesetIds, Times.Seconds(request.TtlSeconds), context.CancellationToken),
        };

    public override Task<ShardFilesetResponse> ShardFileset(ShardFilesetRequest request, ServerCallContext context)
    {
        ShardFilesetResponse response = new();
        foreach ((string lower, string upper) in fileSets.Shards(request.FilesetId, request.NumFiles, request.SizeBytes))
            response.Shards.Add(new PathRange { Lower = lower, Upper = upper });
        return Task.FromResult(response);
    }

    private static Func<string, bool> Filter(FileFilter filter)
    {
        if (filter.FilterCase == FileFilter.FilterOneofCase.PathRange)
        {
            string lower = filter.PathRange.Lower, upper = filter.PathRange.Upper;
            return path => Store.PathOrder.Compare(path, lower) >= 0 && (upper.Length == 0 || Store.PathOrder.Compare(path, upper) < 0);
        }

        try
        {
            Regex regex = new(filter.PathRegex, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            return regex.IsMatch;
        }
        catch (RegexParseException e)
        {
            string what = e.Error == RegexParseError.InsufficientClosingParentheses ? "missing closing )" : e.Error.ToString();
            throw new PachException($"error parsing regexp: {what}: `{filter.PathRegex}`");
        }
    }

    private Task<OpenedFiles> OpenAsync(string handle, CancellationToken cancellation)
        => OpenedFiles.OpenAsync(
            pachd,
            new CommitHandle(new RepoRef(Names.DefaultProject, CommitHandle.FileSetsRepo, RepoRef.User), handle, null),
            cancellation);

    private async Task CopyAsync(CopyFile copy, LayerWriter writer, CancellationToken cancellation)
    {
        using OpenedFiles source = await OpenAsync(copy.FilesetId, cancellation);
        string from = Paths.Clean(copy.Src);
        string below = Paths.AsDirectory(from);
        string target = copy.Dst.Length == 0 ? from : copy.Dst;
        foreach (FileEntry file in source.Files(new FileQuery { Prefix = from }))
        {
            if (file.Path == from || file.Path.StartsWith(below, StringComparison.Ordinal))
                await writer.CopyAsync(Paths.Clean(target + "/" + file.Path[from.Length..]), "", file, append: false, cancellation);
        }
    }
}
