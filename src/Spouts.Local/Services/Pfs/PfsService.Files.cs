using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using File = Spouts.Pachyderm.Protos.Pfs.File;
using FileInfo = Spouts.Pachyderm.Protos.Pfs.FileInfo;

namespace Spouts.Local.Services;

/// <content>Reading files.</content>
internal sealed partial class PfsService
{
    private const int PieceSize = 1024 * 1024;

    public override async Task GetFile(GetFileRequest request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context)
    {
        if (request.Offset < 0)
        {
            // The real server dies of this, process and all.
            throw new PachException(ErrorKind.InvalidArgument, $"get file: offset {request.Offset} is negative");
        }

        RefuseUrl(request);
        using OpenedFiles opened = await OpenForGetAsync(request, context);
        List<FileNode> matched = [.. opened.Nodes(GetQuery(request)).Take(2)];
        if (matched.Count == 0)
            throw FileNotFound(request.File);
        if (matched[0].IsDirectory)
            throw new PachException("cannot get directory or non-regular file. Use GetFileTAR instead");
        if (matched.Count > 1)
        {
            throw new PachException(matched[1].IsDirectory
                ? "cannot get directory or non-regular file. Use GetFileTAR instead"
                : "matched multiple files. Use GetFileTAR instead");
        }

        foreach (ReadOnlyMemory<byte> piece in FileContent.Read(matched[0].Entry, pachd.Chunks, request.Offset, PieceSize))
            await responseStream.WriteAsync(new BytesValue { Value = UnsafeByteOperations.UnsafeWrap(piece) }, context.CancellationToken);
    }

    public override async Task GetFileTAR(GetFileRequest request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context)
    {
        RefuseUrl(request);
        using OpenedFiles opened = await OpenForGetAsync(request, context, prefix: false);
        TarStream tar = new(pachd.Chunks, responseStream, context.CancellationToken);
        bool any = false;
        foreach (FileNode node in opened.Nodes(GetQuery(request)))
        {
            any = true;
            await tar.AddAsync(node);
        }

        if (!any)
            throw FileNotFound(request.File);
        await tar.EndAsync();
    }

    public override async Task<FileInfo> InspectFile(InspectFileRequest request, ServerCallContext context)
    {
        using OpenedFiles opened = await OpenAsync(request.File, context, Permission.RepoInspectFile);
        string path = Paths.Clean(request.File.Path);
        FileNode? found = null;
        foreach (FileNode node in opened.Nodes(Below(path == "/" ? "" : path, request.File.Datum)))
        {
            if (node.Path == path || node.Path == Paths.AsDirectory(path))
            {
                found = node;
                // Only a file may have a twin: the directory it collides with, which would be shown instead.
                if (node.IsDirectory)
                    break;
            }
        }

        return found is null ? throw FileNotFound(request.File) : Infos.File(opened, found);
    }

    public override async Task ListFile(ListFileRequest request, IServerStreamWriter<FileInfo> responseStream, ServerCallContext context)
    {
        CheckPaging(request.File, request.Number, request.Reverse);
        using OpenedFiles opened = await OpenAsync(request.File, context, Permission.RepoListFile);
        string name = Paths.Clean(request.File.Path);
        string directory = Paths.AsDirectory(name);
        FileQuery query = Paged(request.PaginationMarker, request.Reverse, new FileQuery
        {
            Prefix = name,
            Datum = request.File.Datum,
            Matches = path => path != directory && (path == name || path.StartsWith(directory, StringComparison.Ordinal)),
        });
        IEnumerable<FileNode> children = opened.Nodes(query)
            .Where(node => !node.Path.AsSpan(Math.Min(name.Length, node.Path.Length)).Trim('/').Contains('/'));
        await SendPageAsync(opened, children, request.PaginationMarker, request.Number, request.Reverse, responseStream, context);
    }

    public override async Task WalkFile(WalkFileRequest request, IServerStreamWriter<FileInfo> responseStream, ServerCallContext context)
    {
        CheckPaging(request.File, request.Number, request.Reverse);
        using OpenedFiles opened = await OpenAsync(request.File, context, Permission.RepoRead, Permission.RepoListFile);
        string path = Paths.Clean(request.File.Path) is var clean && clean == "/" ? "" : clean;
        bool any = await SendPageAsync(
            opened,
            opened.Nodes(Paged(request.PaginationMarker, request.Reverse, Below(path, request.File.Datum))),
            request.PaginationMarker,
            request.Number,
            request.Reverse,
            responseStream,
            context);
        // Backwards even an empty root is missed.
        if (!any && (path.Length > 0 || request.Reverse))
            throw new PachException(ErrorKind.NotFound, $"commit/{opened.Commit.Id} does not contain item: ({path})");
    }

    public override async Task GlobFile(GlobFileRequest request, IServerStreamWriter<FileInfo> responseStream, ServerCallContext context)
    {
        CommitHandle commit = request.Commit.ToHandle();
        using OpenedFiles opened = await OpenAsync(commit, context, Permission.RepoRead, Permission.RepoListFile);
        Glob glob = new(Paths.Clean(request.Pattern));
        FileQuery query = new()
        {
            Prefix = glob.LiteralPrefix,
            Matches = glob.Matches,
            WholeDirectories = true,
            Lower = request.PathRange?.Lower,
            Upper = request.PathRange?.Upper ?? "",
        };
        foreach (FileNode node in opened.Nodes(query).Where(node => glob.Matches(node.Path)))
            await responseStream.WriteAsync(Infos.File(opened, node), context.CancellationToken);
    }

    private static void RefuseUrl(GetFileRequest request)
    {
        if (request.URL.Length > 0)
            throw new PachException(ErrorKind.Unimplemented, "the local pachd does not copy files to object stores: leave URL out");
    }

    private static FileQuery Below(string path, string datum) => new()
    {
        Prefix = path,
        Datum = datum,
        Matches = candidate => candidate == path || candidate.StartsWith(path + "/", StringComparison.Ordinal),
    };

    private static FileQuery Paged(File? marker, bool reverse, FileQuery query)
        => marker is null ? query
            : reverse ? query with { Lower = "", Upper = marker.Path }
            : query with { Lower = marker.Path };

    private static void CheckPaging(File? file, long number, bool reverse)
    {
        if (file is null)
            throw new PachException("file cannot be nil");
        file.Commit.ToHandle();
        if (number == 0 && reverse)
            throw new PachException("number must be > 0 when reverse is true");
        if (number > 100000)
            throw new PachException("cannot return more than 100000 files at a time");
    }

    /// <summary>As the caller named it: by branch, the id is empty.</summary>
    private static PachException FileNotFound(File file)
    {
        CommitHandle commit = file.Commit.ToHandle();
        return new PachException(ErrorKind.NotFound, $"file {file.Path} not found in repo {commit.Repo} at commit {commit.Id}");
    }

    private static FileQuery GetQuery(GetFileRequest request)
    {
        Glob glob = new(Paths.Clean(request.File.Path));
        return new FileQuery
        {
            Prefix = glob.LiteralPrefix,
            Datum = request.File.Datum,
            Matches = glob.Matches,
            WholeDirectories = true,
            Lower = request.PathRange?.Lower,
            Upper = request.PathRange?.Upper ?? "",
        };
    }

    private async Task<OpenedFiles> OpenForGetAsync(GetFileRequest request, ServerCallContext context, bool prefix = true)
    {
        if (request.File is null)
            throw new PachException("file cannot be nil");
        CommitHandle commit = request.File.Commit.ToHandle();
        try
        {
            OpenedFiles opened = await OpenAsync(commit, context);
            try
            {
                // A pattern that cannot be read is refused here, with this call's prefix.
                _ = new Glob(Paths.Clean(request.File.Path));
                return opened;
            }
            catch (PachException)
            {
                opened.Dispose();
                throw;
            }
        }
        catch (PachException e) when (prefix)
        {
            throw new PachException(e.Kind, $"get file: {e.Message}");
        }
    }

    private Task<OpenedFiles> OpenAsync(File? file, ServerCallContext context, params Permission[] first)
        => file is null ? throw new PachException("file cannot be nil") : OpenAsync(file.Commit.ToHandle(), context, first);

    /// <param name="first">What is asked for before the right to read; of file sets, too, whose repo nobody has a role on.</param>
    private Task<OpenedFiles> OpenAsync(CommitHandle commit, ServerCallContext context, params Permission[] first)
    {
        Require(context, commit.Repo, first);
        return OpenAsync(commit, context);
    }

    private static async Task<bool> SendPageAsync(
        OpenedFiles opened,
        IEnumerable<FileNode> nodes,
        File? marker,
        long number,
        bool reverse,
        IServerStreamWriter<FileInfo> responses,
        ServerCallContext context)
    {
        bool any = false;
        string? skipped = marker is null ? null : Paths.Clean(marker.Path);
        long left = number == 0 ? long.MaxValue : number;
        Queue<FileNode> last = new();
        foreach (FileNode node in nodes)
        {
            any = true;
            if (left == 0)
                break;
            if (Paths.Clean(node.Path) == skipped)
                continue;
            if (reverse)
            {
                if (number > 0 && last.Count == number)
                    last.Dequeue();
                last.Enqueue(node);
                continue;
            }

            left--;
            await responses.WriteAsync(Infos.File(opened, node), context.CancellationToken);
        }

        foreach (FileNode node in last.Reverse())
            await responses.WriteAsync(Infos.File(opened, node), context.CancellationToken);
        return any;
    }
}
