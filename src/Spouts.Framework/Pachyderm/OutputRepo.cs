using System.Formats.Tar;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Pachyderm.Protos.Pfs;
using FileInfo = Spouts.Pachyderm.Protos.Pfs.FileInfo;
using Pps = Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Pachyderm;

/// <summary>
/// The calls that a spout makes about its own output repo and its own pipeline, one method each, through the sidecar. Nothing here
/// repeats a call. Every method throws <see cref="PachydermException"/>.
/// </summary>
internal sealed class OutputRepo
{
    public const string SpecType = "spec";

    private const string UserType = "user";
    private const string FileSetsRepo = "__filesets__";
    private static readonly TimeSpan CallDeadline = TimeSpan.FromMinutes(1);

    private readonly API.APIClient _pfs;
    private readonly Pps.API.APIClient _pps;
    private readonly Repo _repo;
    private readonly Repo _fileSets;
    private readonly Branch _branch;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Whether commits are named with their branch as well: see LearnForm.
    private volatile bool _isBranchNamed;

    public OutputRepo(
        CallInvoker invoker, string project, string pipeline, string branch, TimeProvider? time = null, ILogger<OutputRepo>? logger = null)
    {
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<OutputRepo>.Instance;
        _pfs = new(invoker);
        _pps = new(invoker);
        _repo = new() { Project = new() { Name = project }, Name = pipeline, Type = UserType };
        _fileSets = new() { Project = new() { Name = project }, Name = FileSetsRepo, Type = UserType };
        _branch = new() { Repo = _repo, Name = branch };
        Name = $"{project}/{pipeline}";
        BranchName = $"{Name}@{branch}";
    }

    /// <summary>The pipeline, whose name the repo has.</summary>
    public string Pipeline => _repo.Name;

    /// <summary>The project that the repo is in.</summary>
    public string Project => _repo.Project.Name;

    /// <summary>The repo as people write it: project/repo.</summary>
    public string Name { get; }

    /// <summary>The output branch as people write it: project/repo@branch.</summary>
    public string BranchName { get; }

    /// <summary>The commit of the spec repo that the pipeline is made from now: its version. Null where Pachyderm cannot find the pipeline.</summary>
    public async Task<string?> SpecCommitAsync(CancellationToken cancellationToken)
    {
        Pps.InspectPipelineRequest request = new() { Pipeline = new() { Project = _repo.Project, Name = _repo.Name } };
        try
        {
            Pps.PipelineInfo info = await CallAsync(
                $"inspect the pipeline {Name}", options => _pps.InspectPipelineAsync(request, options), cancellationToken).ConfigureAwait(false);
            return info.SpecCommit.Id;
        }
        catch (PachydermException missing) when (missing.Kind is PachydermErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>The commit at the head of the output branch.</summary>
    public async Task<string> HeadAsync(CancellationToken cancellation)
    {
        BranchInfo info = await CallAsync($"inspect the branch {BranchName}",
            options => _pfs.InspectBranchAsync(new() { Branch = _branch }, options), cancellation).ConfigureAwait(false);
        LearnForm(info.Head);
        return info.Head.Id;
    }

    /// <summary>
    /// Whether the branch is a pipeline's output: that of a stopped pipeline is not, nor one that somebody made again after it was deleted.
    /// </summary>
    public async Task<bool> IsOutputBranchAsync(CancellationToken cancellation)
    {
        BranchInfo info = await CallAsync($"inspect the branch {BranchName}",
            options => _pfs.InspectBranchAsync(new() { Branch = _branch }, options), cancellation).ConfigureAwait(false);
        return info.DirectProvenance.Any(static branch => branch.Repo.Type == SpecType);
    }

    public async Task<CommitView> InspectAsync(string id, CancellationToken cancellation)
    {
        CommitInfo info = await CallAsync($"inspect the commit {Name}@{id}",
            options => _pfs.InspectCommitAsync(new() { Commit = Commit(id) }, options), cancellation).ConfigureAwait(false);
        return Known(info, id);
    }

    /// <summary>A commit and those below it, from child to parent, in one call.</summary>
    public async IAsyncEnumerable<CommitView> WalkAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ListCommitRequest request = new() { Repo = _repo, To = Commit(id), All = true };
        await foreach (CommitInfo info in ReadAsync(
            $"list the commits of {Name} from {id} down", options => _pfs.ListCommit(request, options), cancellationToken).ConfigureAwait(false))
        {
            yield return CommitView.From(info);
        }
    }

    /// <summary>Whether a commit has anything that its parent has not, or the other way round; both are FINISHED.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="parent">Its parent, named so that no other commit is taken for it; empty where it has none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> ChangesAsync(string commit, string parent, CancellationToken cancellationToken)
    {
        if (parent.Length == 0)
            return await ListAsync(commit, "/", cancellationToken).AnyAsync(cancellationToken).ConfigureAwait(false);

        DiffFileRequest request = new()
        {
            NewFile = new() { Commit = Commit(commit), Path = "/" },
            OldFile = new() { Commit = Commit(parent), Path = "/" },
        };
        return await ReadAsync($"compare {Name}@{commit} with its parent {parent}", options => _pfs.DiffFile(request, options), cancellationToken)
            .AnyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until Pachyderm has compacted and validated a commit.</summary>
    /// <returns>The commit; null when it was not FINISHED within the time.</returns>
    public async Task<CommitView?> WaitFinishedAsync(string id, TimeSpan slice, CancellationToken cancellation)
    {
        InspectCommitRequest request = new() { Commit = Commit(id), Wait = CommitState.Finished };
        using var call = _pfs.InspectCommitAsync(request, Options(slice, cancellation));
        try
        {
            return Known(await call.ConfigureAwait(false), id);
        }
        catch (RpcException late) when (late.StatusCode is StatusCode.DeadlineExceeded
            || late.Status.Detail.Contains("context deadline exceeded", StringComparison.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
        catch (RpcException error)
        {
            throw Translate(error, $"wait for the commit {Name}@{id}", cancellation);
        }
    }

    /// <summary>Opens a commit on the output branch.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> StartAsync(string description, CancellationToken cancellation)
    {
        Commit commit = await CallAsync($"open a commit on {BranchName}",
            options => _pfs.StartCommitAsync(new() { Branch = _branch, Description = description }, options), cancellation).ConfigureAwait(false);
        LearnForm(commit);
        return commit.Id;
    }

    /// <summary>Finishes a commit; without a description it keeps the one that it has.</summary>
    public Task FinishAsync(string id, string description, CancellationToken cancellation) =>
        CallAsync($"finish the commit {Name}@{id}",
            options => _pfs.FinishCommitAsync(new() { Commit = Commit(id), Description = description }, options), cancellation);

    /// <summary>Takes everything out of an open commit.</summary>
    public Task ClearAsync(string id, CancellationToken cancellation) =>
        CallAsync($"clear the commit {Name}@{id}",
            options => _pfs.ClearCommitAsync(new() { Commit = Commit(id) }, options), cancellation);

    /// <summary>Puts a staged file set into an open commit, all of it or nothing.</summary>
    public Task AttachAsync(string id, string fileSet, CancellationToken cancellation) =>
        CallAsync($"attach the file set to the commit {Name}@{id}",
            options => _pfs.AddFileSetAsync(new() { Commit = Commit(id), FileSetId = fileSet }, options), cancellation);

    /// <summary>
    /// Joins staged file sets into one, as if the later had been put behind the earlier. Pachyderm compacts them for that, which it would
    /// otherwise do while their commit is open; the call takes as long as that takes.
    /// </summary>
    /// <returns>The id of the new one.</returns>
    public async Task<string> ComposeAsync(IEnumerable<string> fileSets, TimeSpan ttl, CancellationToken cancellation)
    {
        ComposeFileSetRequest request = new() { FileSetIds = { fileSets }, TtlSeconds = (long)ttl.TotalSeconds, Compact = true };
        using StallWatch watch = new($"join file sets for {Name}", limit: null, _time, _logger, cancellation);
        using AsyncUnaryCall<CreateFileSetResponse> call = _pfs.ComposeFileSetAsync(request, new CallOptions(cancellationToken: watch.Token));
        try
        {
            return (await watch.WatchAsync(call.ResponseAsync, "not responded").ConfigureAwait(false)).FileSetId;
        }
        catch (RpcException error)
        {
            throw watch.Translate(error, cancellation);
        }
    }

    /// <summary>Keeps a staged file set for another while.</summary>
    public Task RenewAsync(string fileSet, TimeSpan ttl, CancellationToken cancellation) =>
        CallAsync("renew the file set",
            options => _pfs.RenewFileSetAsync(new() { FileSetId = fileSet, TtlSeconds = (long)ttl.TotalSeconds }, options), cancellation);

    /// <summary>Begins to stage a file set.</summary>
    public FileSetUpload Upload(CancellationToken cancellation)
    {
        StallWatch watch = Watch($"stage a file set for {Name}", cancellation);
        return new(_pfs.CreateFileSet(new CallOptions(cancellationToken: watch.Token)), watch, cancellation);
    }

    /// <summary>A file as a commit has it; null where there is none.</summary>
    public async Task<StoredFile?> FindAsync(string commit, string path, CancellationToken cancellation)
    {
        try
        {
            FileInfo info = await CallAsync($"look up {Name}@{commit}:{path}",
                options => _pfs.InspectFileAsync(new() { File = new() { Commit = Commit(commit), Path = path } }, options), cancellation).ConfigureAwait(false);
            return info.FileType is FileType.File ? Stored(info) : null;
        }
        catch (PachydermException missing) when (IsMissingFile(missing))
        {
            return null;
        }
    }

    /// <summary>
    /// How many bytes a staged file set puts at a path; null where it puts no file there. From the head of an archive, because where auth is on
    /// nobody may inspect a file of a file set: file sets are nobody's repo.
    /// </summary>
    public async Task<long?> FindStagedSizeAsync(string fileSet, string path, CancellationToken cancellation)
    {
        GetFileRequest request = new() { File = new() { Commit = Staged(fileSet), Path = path } };
        StallWatch watch = Watch($"look up {path} in a file set for {Name}", cancellation);
        FileDownload archive = new(_pfs.GetFileTAR(request, new CallOptions(cancellationToken: watch.Token)), watch);
        TarReader reader = new(archive);
        await using (reader.ConfigureAwait(false))
        {
            try
            {
                TarEntry? entry = await reader.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false);
                return entry?.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile ? entry.Length : null;
            }
            catch (PachydermException missing) when (IsMissingFile(missing))
            {
                return null;
            }
        }
    }

    /// <summary>The files of a commit below a folder, in the order of their paths.</summary>
    public async IAsyncEnumerable<StoredFile> ListAsync(
        string commit, string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        WalkFileRequest request = new() { File = new() { Commit = Commit(commit), Path = folder } };
        await foreach (FileInfo info in ReadAsync(
            $"list the files of {Name}@{commit}:{folder}", options => _pfs.WalkFile(request, options), cancellation).ConfigureAwait(false))
        {
            if (info.FileType is FileType.File)
                yield return Stored(info);
        }
    }

    /// <summary>Opens a file of a commit.</summary>
    public Task<Stream> OpenReadAsync(string commit, string path, CancellationToken cancellation) =>
        OpenReadAsync(Commit(commit), path, cancellation);

    /// <summary>Opens a file of a staged file set.</summary>
    public Task<Stream> OpenStagedAsync(string fileSet, string path, CancellationToken cancellation) =>
        OpenReadAsync(Staged(fileSet), path, cancellation);

    private async Task<Stream> OpenReadAsync(Commit commit, string path, CancellationToken cancellation)
    {
        GetFileRequest request = new() { File = new() { Commit = commit, Path = path } };
        StallWatch watch = Watch($"read the file {Name}@{commit.Id}:{path}", cancellation);
        FileDownload download = new(_pfs.GetFile(request, new CallOptions(cancellationToken: watch.Token)), watch);
        try
        {
            await download.BeginAsync(cancellation).ConfigureAwait(false);
            return download;
        }
        catch
        {
            await download.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes a call with a deadline.</summary>
    internal static async Task<T> CallAsync<T>(string what, Func<CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellation)
    {
        using AsyncUnaryCall<T> call = start(Options(CallDeadline, cancellation));
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw Translate(error, what, cancellation);
        }
    }

    /// <summary>The exception to throw for a failed call: ours, or a cancellation when it was the caller who gave up.</summary>
    internal static Exception Translate(RpcException error, string what, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested
            ? new OperationCanceledException(error.Message, error, cancellation)
            : PachydermErrors.From(error, what);

    private static CallOptions Options(TimeSpan deadline, CancellationToken cancellation) =>
        new(deadline: DateTime.UtcNow + deadline, cancellationToken: cancellation);

    // Up to 2.10 a commit that is not there any more is answered with the head of its branch.
    private CommitView Known(CommitInfo info, string id) => info.Commit.Id == id
        ? CommitView.From(info)
        : throw new PachydermException(PachydermErrorKind.NotFound, $"Pachyderm has no commit {Name}@{id}; it responded with {info.Commit.Id}.");

    private static StoredFile Stored(FileInfo info) => new(info.File.Path, info.SizeBytes, info.Hash.Memory);

    private StallWatch Watch(string what, CancellationToken cancellationToken) =>
        new(what, StallWatch.StreamLimit, _time, _logger, cancellationToken);

    // The messages of a server's stream; none where what is asked about does not exist.
    private async IAsyncEnumerable<T> ReadAsync<T>(
        string what, Func<CallOptions, AsyncServerStreamingCall<T>> start, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using StallWatch watch = Watch(what, cancellationToken);
        using AsyncServerStreamingCall<T> call = start(new CallOptions(cancellationToken: watch.Token));
        while (await NextAsync(call.ResponseStream, watch, cancellationToken).ConfigureAwait(false) is { } message)
            yield return message;
    }

    private static async Task<T?> NextAsync<T>(IAsyncStreamReader<T> stream, StallWatch watch, CancellationToken cancellation) where T : class
    {
        try
        {
            return await watch.WatchAsync(stream.MoveNext(cancellation), "sent no data").ConfigureAwait(false) ? stream.Current : null;
        }
        catch (RpcException error) when (IsMissingFile(error))
        {
            return null;
        }
        catch (RpcException error)
        {
            throw watch.Translate(error, cancellation);
        }
    }

    // The code is the same for a missing repo, branch or commit; only the text tells.
    private static bool IsMissingFile(RpcException error) => error.StatusCode is StatusCode.NotFound
        && (error.Status.Detail.StartsWith("file ", StringComparison.Ordinal)
            || error.Status.Detail.Contains("does not contain item", StringComparison.Ordinal));

    private static bool IsMissingFile(PachydermException error) => error.InnerException is RpcException inner && IsMissingFile(inner);

    // From 2.11 on no answer names a commit's branch, and repo and id are enough. Up to 2.10 answers name it, and requests must.
    // Before 2.6 a commit had no repo of its own, and commits of a pipeline's spec are nowhere to be seen.
    private void LearnForm(Commit answered)
    {
        if (answered.Repo is null)
        {
            throw new SpoutConfigurationException(
                $"The server names commits as Pachyderm did before 2.6. Spouts needs 2.8 or later: upgrade Pachyderm, or write to {Name} by other means.");
        }

        _isBranchNamed = answered.Branch is not null;
    }

    private Commit Commit(string id) => Commit(_repo, _branch.Name, id);

    private Commit Commit(Repo repo, string branch, string id) =>
        new() { Repo = repo, Id = id, Branch = _isBranchNamed ? new() { Repo = repo, Name = branch } : null };

    private Commit Staged(string fileSet) => Commit(_fileSets, "", fileSet);
}
