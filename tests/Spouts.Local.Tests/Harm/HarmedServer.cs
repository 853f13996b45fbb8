using Google.Protobuf;
using Grpc.Core;
using Spouts.Local.Tests.Walking;
using Spouts.Pachyderm.Protos.Pfs;
using Xunit;

namespace Spouts.Local.Tests.Harm;

/// <summary>The real program with something in its store, which no harm may touch.</summary>
internal sealed class HarmedServer : IDisposable
{
    public static readonly Repo Repo = new() { Project = new Project { Name = "default" }, Name = "r", Type = "user" };
    public static readonly Commit Master = new() { Repo = Repo, Branch = new Branch { Repo = Repo, Name = "master" } };
    private const string Kept = "what was there before";
    private readonly DirectoryInfo _state;

    private HarmedServer(DirectoryInfo state, LocalServer server)
    {
        _state = state;
        Server = server;
        Clients = new Clients(server.Address, () => null);
        Raw = new RawClient(server.Address);
    }

    public LocalServer Server { get; }

    public Clients Clients { get; }

    public RawClient Raw { get; }

    public string Chunks => Path.Combine(_state.FullName, "chunks");

    public static async Task<HarmedServer> StartAsync(DirectoryInfo? at = null)
    {
        DirectoryInfo state = at ?? Directory.CreateTempSubdirectory("spouts-harm-");
        HarmedServer harmed = new(state, await LocalServer.StartAsync(state.FullName, "--workers", "attach", "--collect-every", "1"));
        await harmed.Clients.Pfs.CreateRepoAsync(new() { Repo = Repo });
        await harmed.WriteAsync("/kept", ByteString.CopyFromUtf8(Kept));

        // Until then it is not readable, and a disk that fills up meanwhile keeps it so.
        await harmed.Clients.Pfs.InspectCommitAsync(new() { Commit = Master, Wait = CommitState.Finished });
        return harmed;
    }

    /// <summary>A commit of its own with one file.</summary>
    public async Task WriteAsync(string path, ByteString content)
    {
        using AsyncClientStreamingCall<ModifyFileRequest, Google.Protobuf.WellKnownTypes.Empty> write = Clients.Pfs.ModifyFile();
        await write.RequestStream.WriteAsync(new() { SetCommit = Master });
        await write.RequestStream.WriteAsync(new() { AddFile = new() { Path = path, Raw = content } });
        await write.RequestStream.CompleteAsync();
        await write;
    }

    /// <summary>Everybody else is served, and sees what he saw before: one commit with one file, in one repo.</summary>
    public async Task CheckAsync(int commits = 1)
    {
        Assert.Equal(["r"], (await ProjectView.AllAsync(Clients.Pfs.ListRepo(new() { Type = "user" }))).Select(info => info.Repo.Name));
        Assert.Equal(commits, (await ProjectView.AllAsync(Clients.Pfs.ListCommit(new() { Repo = Repo, All = true }))).Count);
        using AsyncServerStreamingCall<Google.Protobuf.WellKnownTypes.BytesValue> file = Clients.Pfs.GetFile(new() { File = new() { Commit = Master, Path = "/kept" } });
        List<Google.Protobuf.WellKnownTypes.BytesValue> pieces = await ProjectView.AllAsync(file);
        Assert.Equal(Kept, string.Concat(pieces.Select(piece => piece.Value.ToStringUtf8())));
    }

    /// <summary>The chunks of the store, unfinished ones included.</summary>
    public int CountChunks() => Directory.EnumerateFiles(Chunks, "*", SearchOption.AllDirectories).Count();

    /// <summary>Waits for something that the server does on its own.</summary>
    public static async Task UntilAsync(Func<bool> holds, Func<string> otherwise)
    {
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(50));
        DateTime end = DateTime.UtcNow.AddSeconds(60);
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < end, otherwise());
            await look.WaitForNextTickAsync();
        }
    }

    /// <summary>Ends the program, and looks whether its store is sound.</summary>
    public async Task EndAsync()
    {
        Assert.Equal(0, await Server.SignalAsync("TERM"));
        (int exitCode, string said) = await LocalServer.RunAsync("fsck", "--state", _state.FullName);
        Assert.True(exitCode == 0, said);
    }

    public void Dispose()
    {
        Raw.Dispose();
        Clients.Dispose();
        Server.Dispose();
        _state.Delete(recursive: true);
    }
}
