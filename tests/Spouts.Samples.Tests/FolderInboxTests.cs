using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Spouts.Pachyderm;
using Spouts.Testing;
using Pfs = Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Samples.Tests;

/// <summary>The README's first command, as its user sees it.</summary>
public sealed class FolderInboxTests : IDisposable
{
    private const string Sample = "FolderInbox";

    private readonly string _project = Directory.CreateTempSubdirectory("spouts-sample-").FullName;
    private readonly string _program;

    public FolderInboxTests()
    {
        _program = SampleProgram.Install(Sample, _project);
        Directory.CreateDirectory(Inbox);
    }

    private string Inbox => Path.Combine(_project, "inbox");

    [Fact]
    public async Task The_files_that_the_sample_ships_with_arrive_as_they_are()
    {
        string shipped = Path.Combine(SampleProgram.Folder(Sample), "inbox");
        using SampleProgram sample = Run("--json", ("Inbox__Folder", shipped));
        using SpoutRepo repo = await OpenAsync(sample);

        JsonElement commit = await sample.NextAsync("commit");

        string[] files = Directory.GetFiles(shipped, "*", SearchOption.AllDirectories);
        IReadOnlyDictionary<string, byte[]> arrived = await repo.ReadFilesAsync();
        Assert.Equal(files.Length, commit.GetProperty("files").GetInt32());
        Assert.Equal(files.Sum(file => new FileInfo(file).Length), commit.GetProperty("bytes").GetInt64());
        Assert.Equal(files.Length, arrived.Count);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(file), arrived["/" + Path.GetRelativePath(shipped, file)]));
        Assert.Equal(commit.GetProperty("commit").GetString(), (await repo.ReadCommitsAsync())[0].Id);
    }

    [Fact]
    public async Task A_file_is_committed_once_it_stands_still_and_again_when_it_changes()
    {
        using SampleProgram sample = Run("--json");
        using SpoutRepo repo = await OpenAsync(sample);
        await Write("a.txt", "one");
        Stopwatch since = Stopwatch.StartNew();
        await sample.NextAsync("commit");
        Assert.True(since.Elapsed > TimeSpan.FromSeconds(0.9), $"It was committed {since.Elapsed} after it was written: it cannot have been seen to stand still.");

        await Write("a.txt", "two, longer");
        await sample.NextAsync("commit");
        Assert.Equal("two, longer", Encoding.UTF8.GetString((await repo.ReadFilesAsync())["/a.txt"]));

        // Renamed into place it stands still already.
        string elsewhere = Path.Combine(_project, "b.tmp");
        await File.WriteAllTextAsync(elsewhere, "three");
        File.SetLastWriteTimeUtc(elsewhere, DateTime.UtcNow.AddMinutes(-1));
        Directory.CreateDirectory(Path.Combine(Inbox, "sub"));
        File.Move(elsewhere, Path.Combine(Inbox, "sub", "me@home.txt"));
        await sample.NextAsync("commit");
        Assert.Equal("three", Encoding.UTF8.GetString((await repo.ReadFilesAsync())["/sub/me%40home.txt"]));
    }

    [Fact]
    public async Task Started_again_it_commits_nothing_twice_even_though_it_keeps_no_list()
    {
        await Write("a.txt", "one");
        await Write("b.txt", "two");
        StandStill();
        (int code, IReadOnlyList<JsonElement> first) = await Run("once --json").EndAsync();
        Assert.Equal(0, code);
        Assert.Equal(["local", "commit"], first.Select(line => line.GetProperty("event").GetString()));

        File.SetLastWriteTimeUtc(Path.Combine(Inbox, "a.txt"), DateTime.UtcNow.AddHours(-1));
        (code, IReadOnlyList<JsonElement> second) = await Run("once --json").EndAsync();

        Assert.Equal(0, code);
        Assert.Equal(["local"], second.Select(line => line.GetProperty("event").GetString()));
    }

    [Fact]
    public async Task A_file_whose_commit_was_dropped_is_committed_again()
    {
        await Write("a.txt", "one");
        StandStill();
        using SampleProgram sample = Run("--json");
        string address = (await sample.NextAsync("local")).GetProperty("pachd").GetString()!;
        using PachydermChannel pachd = new(new Uri(address.Replace("grpc://", "http://", StringComparison.Ordinal)), token: null);
        string first = (await sample.NextAsync("commit")).GetProperty("commit").GetString()!;
        // Once more, so that the first file has been compared.
        await Write("b.txt", "two");
        StandStill();
        string second = (await sample.NextAsync("commit")).GetProperty("commit").GetString()!;

        Pfs.Repo repo = new() { Project = new() { Name = "default" }, Name = "folder-inbox", Type = "user" };
        sample.Signal("STOP");
        foreach (string id in (string[])[second, first])
            await new Pfs.API.APIClient(pachd.Invoker).DropCommitAsync(new() { Commit = new() { Repo = repo, Id = id } });
        sample.Signal("CONT");

        Assert.Equal(2, (await sample.NextAsync("commit")).GetProperty("files").GetInt32());
    }

    [Theory]
    [InlineData("false", true)]
    [InlineData("true", false)]
    public async Task Deletions_are_mirrored_only_where_that_was_asked_for(string mirror, bool stays)
    {
        await Write("a.txt", "one");
        await Write("b.txt", "two");
        StandStill();
        await Run("once --json").EndAsync();
        File.Delete(Path.Combine(Inbox, "a.txt"));

        await Run("once --json", ("Inbox__MirrorDeletions", mirror)).EndAsync();

        using SampleProgram sample = Run("--json");
        using SpoutRepo repo = await OpenAsync(sample);
        IReadOnlyDictionary<string, byte[]> files = await repo.ReadFilesAsync();
        Assert.Equal(stays, files.ContainsKey("/a.txt"));
        Assert.True(files.ContainsKey("/b.txt"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_ends_at_once_and_the_local_pachd_with_it(bool interrupted)
    {
        using SampleProgram sample = Run("--json");
        await sample.NextAsync("local");
        using Process pachd = Process.GetProcessById(PachdId());
        Stopwatch since = Stopwatch.StartNew();

        if (interrupted)
            sample.Interrupt();
        else
            sample.Kill();
        await sample.EndAsync();
        await pachd.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token);

        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task For_people_it_prints_where_to_read_and_a_line_for_each_commit()
    {
        await Write("a.txt", "one");
        StandStill();

        ProcessStartInfo info = new("dotnet", $"{_program} once") { RedirectStandardOutput = true };
        using Process process = Process.Start(info)!;
        string[] lines = (await process.StandardOutput.ReadToEndAsync()).TrimEnd('\n').Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.Matches(@"^local pachd +grpc://127\.0\.0\.1:\d+ ", lines[0]);
        Assert.Matches(@"^ +PACHD_ADDRESS=grpc://127\.0\.0\.1:\d+ pachctl list commit folder-inbox@master$", lines[1]);
        Assert.Matches(@"^\d\d:\d\d:\d\d  folder-inbox  [0-9a-f]{32}  1 file  3 B  cursor -$", lines[2]);
    }

    [Theory]
    [InlineData("--context prod", "", "'prod'")]
    [InlineData("", "PACHD_ADDRESS", "PACHD_ADDRESS")]
    [InlineData("", "PACH_IN_WORKER", "PEER_PORT is not set")]
    [InlineData("fetch", "", "fetch")]
    public async Task What_cannot_work_ends_with_exit_code_64_and_a_sentence(string arguments, string variable, string message)
    {
        using SampleProgram sample = Run(arguments, variable.Length == 0 ? [] : [(variable, "grpc://prod:30650")]);

        (int code, _) = await sample.EndAsync();

        Assert.Equal(64, code);
        Assert.Contains(message, sample.Log, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_project, recursive: true);

    private static async Task<SpoutRepo> OpenAsync(SampleProgram sample)
    {
        string address = (await sample.NextAsync("local")).GetProperty("pachd").GetString()!;
        return new(new Uri(address.Replace("grpc://", "http://", StringComparison.Ordinal)), "folder-inbox");
    }

    private SampleProgram Run(string arguments, params (string Name, string Value)[] variables) =>
        SampleProgram.Start(_program, arguments, [("Inbox__Folder", Inbox), .. variables]);

    private Task Write(string name, string content) => File.WriteAllTextAsync(Path.Combine(Inbox, name), content);

    // What was written an hour ago stands still.
    private void StandStill()
    {
        foreach (string file in Directory.EnumerateFiles(Inbox))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
    }

    private int PachdId() => JsonDocument.Parse(File.ReadAllText(Path.Combine(_project, ".spouts", "pachd.json")))
        .RootElement.GetProperty("pid").GetInt32();
}
