using Google.Protobuf;
using Grpc.Net.Client;
using Spouts.Local.Core;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pfs;
using Xunit;
using File = System.IO.File;

namespace Spouts.Local.Tests;

/// <summary>status, fsck and reset as a person runs them.</summary>
public sealed class StoreCommandTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-store-");

    [Fact]
    public async Task A_store_says_who_serves_it_and_is_not_touched_while_it_is_served()
    {
        using LocalServer server = await LocalServer.StartAsync(_state.FullName);

        (int code, string output) = await LocalServer.RunAsync("status", "--state", _state.FullName);
        Assert.Equal(0, code);
        Assert.Contains(server.Address, output, StringComparison.Ordinal);
        foreach (string command in (string[])["fsck", "reset"])
            Assert.Equal(73, (await LocalServer.RunAsync(command, "--state", _state.FullName)).ExitCode);

        server.Kill();
        Assert.Contains("Nobody serves", (await LocalServer.RunAsync("status", "--state", _state.FullName)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_chunk_and_a_missing_one_are_found()
    {
        await WriteAsync();
        Assert.Equal(0, (await LocalServer.RunAsync("fsck", "--state", _state.FullName)).ExitCode);
        System.IO.FileInfo chunk = _state.EnumerateDirectories("chunks").Single().EnumerateFiles("*", SearchOption.AllDirectories).Single();

        File.AppendAllText(chunk.FullName, "x");
        (int code, string output) = await LocalServer.RunAsync("fsck", "--state", _state.FullName);
        Assert.Equal(67, code);
        Assert.Contains($"not those of its name: {chunk.Name}", output, StringComparison.Ordinal);

        chunk.Delete();
        (code, output) = await LocalServer.RunAsync("fsck", "--state", _state.FullName);
        Assert.Equal(67, code);
        Assert.Contains($"missing: {chunk.Name}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_names_what_is_not_there_is_found()
    {
        await WriteAsync();
        using (Database database = Database.Open(Path.Combine(_state.FullName, "pachd.db")))
        {
            await database.WriteAsync(tx => tx.Execute("UPDATE layer SET sealed = 0 WHERE id IN (SELECT layer FROM commit_total)"), CancellationToken.None);
            Assert.Contains(Fsck.Run(database, new ChunkStore(_state.FullName)), problem => problem.Contains("not sealed", StringComparison.Ordinal));
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    [Fact]
    public async Task A_reset_deletes_the_store_and_nothing_else()
    {
        await WriteAsync();
        string mine = Path.Combine(_state.FullName, "notes.txt");
        await File.WriteAllTextAsync(mine, "keep me");

        Assert.Equal(0, (await LocalServer.RunAsync("reset", "--state", _state.FullName)).ExitCode);

        Assert.True(File.Exists(mine));
        Assert.False(Directory.Exists(Path.Combine(_state.FullName, "chunks")));
        Assert.Equal(66, (await LocalServer.RunAsync("fsck", "--state", _state.FullName)).ExitCode);
    }

    public void Dispose() => _state.Delete(recursive: true);

    private async Task WriteAsync()
    {
        using LocalServer server = await LocalServer.StartAsync(_state.FullName);
        using GrpcChannel channel = GrpcChannel.ForAddress($"http://{server.Address}");
        API.APIClient pfs = new(channel);
        Repo repo = new() { Project = new() { Name = "default" }, Name = "r", Type = "user" };
        await pfs.CreateRepoAsync(new() { Repo = repo });
        Commit master = new() { Repo = repo, Branch = new() { Repo = repo, Name = "master" } };
        using var write = pfs.ModifyFile();
        await write.RequestStream.WriteAsync(new() { SetCommit = master });
        await write.RequestStream.WriteAsync(new() { AddFile = new() { Path = "/a", Raw = ByteString.CopyFromUtf8("content") } });
        await write.RequestStream.CompleteAsync();
        await write;
        await pfs.InspectCommitAsync(new() { Commit = master, Wait = CommitState.Finished });
        server.Kill();
    }
}
