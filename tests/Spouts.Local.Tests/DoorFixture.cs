using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Spouts.Pachyderm.Protos.Pfs;
using Xunit;
using PfsApi = Spouts.Pachyderm.Protos.Pfs.API;
using TransactionApi = Spouts.Pachyderm.Protos.Transaction.API;

namespace Spouts.Local.Tests;

/// <summary>One real program with its cluster door, for tests that keep to repos of their own.</summary>
public sealed class DoorFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-door-");
    private LocalServer? _server;
    private GrpcChannel? _channel;
    private int _repos;

    internal PfsApi.APIClient Pfs => new(_channel);

    internal TransactionApi.APIClient Transactions => new(_channel);

    public async ValueTask InitializeAsync()
    {
        _server = await LocalServer.StartAsync(_state.FullName);
        _channel = GrpcChannel.ForAddress("http://" + _server.Address);
    }

    public ValueTask DisposeAsync()
    {
        _channel!.Dispose();
        _server!.Dispose();
        _state.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The status that a call is refused with, as <c>Code: text</c>.</summary>
    internal static async Task<string> RefusalAsync(Func<Task> call)
    {
        Status status = (await Assert.ThrowsAsync<RpcException>(call)).Status;
        return $"{status.StatusCode}: {status.Detail}";
    }

    internal async Task<Repo> RepoAsync(string project = "default")
    {
        Repo repo = new() { Project = new Project { Name = project }, Name = $"r{Interlocked.Increment(ref _repos)}", Type = "user" };
        await Pfs.CreateRepoAsync(new CreateRepoRequest { Repo = repo });
        return repo;
    }

    internal static Branch Branch(Repo repo, string name = "master") => new() { Repo = repo, Name = name };

    internal static Commit Commit(Repo repo, string id) => new() { Repo = repo, Id = id };

    internal static Commit Head(Repo repo, string branch = "master") => new() { Repo = repo, Branch = Branch(repo, branch) };

    /// <summary>Writes files in a commit of their own and waits for it.</summary>
    internal async Task<CommitInfo> WriteAsync(Repo repo, params (string Path, string Text)[] files)
    {
        using AsyncClientStreamingCall<ModifyFileRequest, Google.Protobuf.WellKnownTypes.Empty> call = Pfs.ModifyFile();
        await call.RequestStream.WriteAsync(new ModifyFileRequest { SetCommit = Head(repo) });
        foreach ((string path, string text) in files)
            await call.RequestStream.WriteAsync(new ModifyFileRequest { AddFile = new AddFile { Path = path, Raw = ByteString.CopyFromUtf8(text) } });
        await call.RequestStream.CompleteAsync();
        await call;
        return await FinishedAsync(Head(repo));
    }

    internal async Task<CommitInfo> FinishedAsync(Commit commit)
        => await Pfs.InspectCommitAsync(new InspectCommitRequest { Commit = commit, Wait = CommitState.Finished });

    internal static async Task<List<T>> ListAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            List<T> all = [];
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
                all.Add(call.ResponseStream.Current);
            return all;
        }
    }
}
