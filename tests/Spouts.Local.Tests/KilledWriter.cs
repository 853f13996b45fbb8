using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Spouts.Pachyderm.Protos.Pfs;
using Xunit;
using FileInfo = Spouts.Pachyderm.Protos.Pfs.FileInfo;

namespace Spouts.Local.Tests;

/// <summary>
/// Publishes batches into a repo of its own and remembers what was acknowledged, so that afterwards it can be told whether
/// any of it was lost, or anything is there by halves.
/// </summary>
internal sealed class KilledWriter(string name)
{
    private const int FilesPerBatch = 3;
    private readonly Repo _repo = new() { Project = new Project { Name = "default" }, Name = name, Type = "user" };
    private readonly List<Batch> _batches = [];
    private bool _repoExists;

    public async Task RunAsync(GrpcChannel channel, Action acknowledged)
    {
        API.APIClient pfs = new(channel);
        try
        {
            if (!_repoExists)
            {
                await pfs.CreateRepoAsync(new CreateRepoRequest { Repo = _repo, Update = true });
                _repoExists = true;
                acknowledged();
            }

            while (true)
                await PublishAsync(pfs, acknowledged);
        }
        catch (IOException)
        {
            // The server died in the midst of a write to a stream.
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown)
        {
            Assert.True(e.StatusCode != StatusCode.Unknown, e.Message);
        }
    }

    /// <summary>After a restart: closes what was left open, then looks at every commit.</summary>
    public async Task CheckAsync(GrpcChannel channel)
    {
        API.APIClient pfs = new(channel);
        if (!_repoExists)
            return;
        Assert.Equal(name, (await pfs.InspectRepoAsync(new InspectRepoRequest { Repo = _repo })).Repo.Name);
        List<CommitInfo> commits = await ListAsync(pfs);
        if (commits.Count > 0 && commits[^1].Finishing is null)
            await pfs.FinishCommitAsync(new FinishCommitRequest { Commit = commits[^1].Commit });
        commits = await ListAsync(pfs);
        foreach (Batch batch in _batches)
        {
            int at = commits.FindIndex(commit => commit.Commit.Id == batch.Commit);
            Assert.True(at >= 0, $"{name}: the start of {batch.Commit} was acknowledged, and it is gone");
            Assert.True(batch.Commit == commits[^1].Commit.Id || commits[at].Finishing is not null, $"{name}: {batch.Commit} is open below another");
        }

        Assert.InRange(commits.Count, _batches.Count, _batches.Count + 1);
        HashSet<string> shown = [];
        foreach (CommitInfo commit in commits)
        {
            CommitInfo finished = await pfs.InspectCommitAsync(new InspectCommitRequest { Commit = commit.Commit, Wait = CommitState.Finished });
            Assert.Equal("", finished.Error);
            await CheckFilesAsync(pfs, finished, shown);
        }

        // A start that was not acknowledged may have happened: from now on it is known.
        if (commits.Count > _batches.Count)
            _batches.Add(new Batch(commits[^1].Commit.Id));
        foreach (Batch batch in _batches)
            batch.MayHold = shown.Contains(batch.Id);
    }

    private async Task PublishAsync(API.APIClient pfs, Action acknowledged)
    {
        string id = Guid.NewGuid().ToString("N");
        string fileSet = await StageAsync(pfs, id);
        acknowledged();
        Commit commit = await pfs.StartCommitAsync(new StartCommitRequest { Branch = new Branch { Repo = _repo, Name = "master" } });
        Batch batch = new(commit.Id) { Id = id };
        _batches.Add(batch);
        acknowledged();
        batch.MayHold = true;
        await pfs.AddFileSetAsync(new AddFileSetRequest { Commit = commit, FileSetId = fileSet });
        batch.MustHold = true;
        acknowledged();
        await pfs.FinishCommitAsync(new FinishCommitRequest { Commit = commit });
        acknowledged();
    }

    private static async Task<string> StageAsync(API.APIClient pfs, string id)
    {
        using AsyncClientStreamingCall<ModifyFileRequest, CreateFileSetResponse> stream = pfs.CreateFileSet();
        for (int file = 0; file < FilesPerBatch; file++)
        {
            await stream.RequestStream.WriteAsync(new ModifyFileRequest { DeleteFile = new DeleteFile { Path = $"/{id}/{file}" } });
            await stream.RequestStream.WriteAsync(new ModifyFileRequest
            {
                AddFile = new AddFile { Path = $"/{id}/{file}", Raw = ByteString.CopyFromUtf8($"{id} {file}") },
            });
        }

        await stream.RequestStream.CompleteAsync();
        return (await stream).FileSetId;
    }

    // Every batch is there whole or not at all, and what was acknowledged is there from its commit on.
    private async Task CheckFilesAsync(API.APIClient pfs, CommitInfo commit, HashSet<string> shown)
    {
        Dictionary<string, int> files = [];
        using AsyncServerStreamingCall<FileInfo> walk = pfs.WalkFile(new WalkFileRequest { File = new Spouts.Pachyderm.Protos.Pfs.File { Commit = commit.Commit, Path = "/" } });
        await foreach (FileInfo file in walk.ResponseStream.ReadAllAsync())
        {
            if (file.FileType == FileType.File)
            {
                string batch = file.File.Path.Split('/')[1];
                files[batch] = files.GetValueOrDefault(batch) + 1;
                Assert.Equal(batch.Length + 2, file.SizeBytes);
            }
        }

        Assert.All(files, batch => Assert.Equal(FilesPerBatch, batch.Value));
        Batch? own = _batches.Find(batch => batch.Commit == commit.Commit.Id);
        if (own is { MustHold: true })
            Assert.True(files.ContainsKey(own.Id), $"{name}: the file set added to {own.Commit} was acknowledged, and is not in it");
        if (own is { MayHold: true } && files.ContainsKey(own.Id))
            shown.Add(own.Id);
        Assert.Equal(shown.Order(), files.Keys.Order());
    }

    private async Task<List<CommitInfo>> ListAsync(API.APIClient pfs)
    {
        List<CommitInfo> commits = [];
        using AsyncServerStreamingCall<CommitInfo> list = pfs.ListCommit(new ListCommitRequest { Repo = _repo, Reverse = true, All = true });
        await foreach (CommitInfo commit in list.ResponseStream.ReadAllAsync())
            commits.Add(commit);
        return commits;
    }

    private sealed record Batch(string Commit)
    {
        public string Id { get; init; } = "";

        public bool MayHold { get; set; }

        public bool MustHold { get; set; }
    }
}
