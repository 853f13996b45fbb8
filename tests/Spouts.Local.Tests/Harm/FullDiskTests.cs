using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Pfs;
using Xunit;

namespace Spouts.Local.Tests.Harm;

/// <summary>A disk without room: what is refused says why, what was acknowledged stays, and with room again it goes on.</summary>
public sealed class FullDiskTests
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>A real file system of 24 MiB, which whoever runs the test must be allowed to mount.</summary>
    [Fact]
    public async Task With_no_space_left_writes_are_refused_and_go_on_when_there_is_some()
    {
        DirectoryInfo state = Directory.CreateTempSubdirectory("spouts-full-");
        Assert.SkipUnless(await MountAsync(state), "This needs the right to mount a tmpfs, as root or by sudo without a password. FullStoreTests cover the loops in the background without it.");
        try
        {
            using HarmedServer harmed = await HarmedServer.StartAsync(state.CreateSubdirectory("store"));
            string ballast = Path.Combine(state.FullName, "ballast");
            await FillAsync(ballast);

            await CheckRefusalsAsync(harmed);

            System.IO.File.Delete(ballast);
            await CheckGoesOnAsync(harmed);
        }
        finally
        {
            Assert.Equal(0, await RunAsync("umount", state.FullName));
            state.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_store_without_space_is_not_started_and_says_so()
    {
        DirectoryInfo state = Directory.CreateTempSubdirectory("spouts-full-");
        Assert.SkipUnless(await MountAsync(state), "This needs the right to mount a tmpfs, as root or by sudo without a password.");
        try
        {
            await FillAsync(Path.Combine(state.FullName, "ballast"));
            (int code, string output) = await LocalServer.RefusedAsync(Path.Combine(state.FullName, "store"));
            Assert.Equal(74, code);
            Assert.Contains("cannot be served", output, StringComparison.Ordinal);
        }
        finally
        {
            Assert.Equal(0, await RunAsync("umount", state.FullName));
            state.Delete(recursive: true);
        }
    }

    // Large and small writes, into chunks and into tables.
    private static async Task CheckRefusalsAsync(HarmedServer harmed)
    {
        for (int round = 0; round < 3; round++)
        {
            await RefusedAsync(() => harmed.WriteAsync("/large", ByteString.CopyFrom(Noise(8 * Megabyte))));
            await RefusedAsync(() => harmed.WriteAsync("/small", ByteString.CopyFrom(Noise(100))));
            await RefusedAsync(async () => await harmed.Clients.Pfs.CreateRepoAsync(new() { Repo = Other("x" + round), Description = new string('d', Megabyte) }));
            await RefusedAsync(async () => await harmed.Clients.Pps.CreatePipelineV2Async(
                new() { CreatePipelineRequestJson = """{"pipeline": {"name": "p"}, "transform": {"cmd": ["x"]}, "spout": {}}""" }));
            await harmed.CheckAsync();
        }
    }

    private static async Task CheckGoesOnAsync(HarmedServer harmed)
    {
        await harmed.WriteAsync("/large", ByteString.CopyFrom(Noise(4 * Megabyte)));
        CommitInfo finished = await harmed.Clients.Pfs.InspectCommitAsync(new() { Commit = HarmedServer.Master, Wait = CommitState.Finished });
        Assert.Equal("", finished.Error);
        await harmed.CheckAsync(commits: 2);
        // What the refused writes had brought to the disk goes: there is one small chunk, and two large ones.
        await HarmedServer.UntilAsync(() => harmed.CountChunks() == 3, () => $"{harmed.CountChunks()} chunks are left.");
        await harmed.EndAsync();
    }

    private static async Task RefusedAsync(Func<Task> write)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(write);
        Assert.True(refused.StatusCode is StatusCode.ResourceExhausted or StatusCode.Unavailable, refused.ToString());
        Assert.Matches("^(no space left for the store in|the disk of the store in) .+; the call has changed nothing: ", refused.Status.Detail);
    }

    private static Repo Other(string name) => new() { Project = HarmedServer.Repo.Project, Name = name, Type = "user" };

    private static byte[] Noise(int size)
    {
        byte[] bytes = new byte[size];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }

    private static async Task<bool> MountAsync(DirectoryInfo at)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        string user = $"uid={Environment.GetEnvironmentVariable("UID") ?? "0"}";
        string[] mount = ["mount", "-t", "tmpfs", "-o", $"size=24m,mode=0777,{user}", "none", at.FullName];
        return await RunAsync(mount[0], mount[1..]) == 0 || await RunAsync("sudo", ["-n", .. mount]) == 0;
    }

    // Writes until nothing goes any more, not even a byte.
    private static async Task FillAsync(string path)
    {
        await using FileStream ballast = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int piece = Megabyte; piece > 0; piece /= 2)
        {
            try
            {
                while (true)
                {
                    await ballast.WriteAsync(new byte[piece]);
                }
            }
            catch (IOException)
            {
                // No room for as much as that.
            }
        }
    }

    private static async Task<int> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(command, arguments);
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such command here.
            return -1;
        }
    }
}
