using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pps;
using Spouts.Testing;
using PpsApi = Spouts.Pachyderm.Protos.Pps.API;

namespace Spouts.Samples.Tests.Operating;

/// <summary>What <c>put file</c> puts where, with real processes; the paths are those of pachctl.</summary>
public sealed class PutFileTests : IClassFixture<PutFileTests.Fixture>
{
    private readonly OperatedSpout _spout;
    private readonly string _run = $"/{Guid.NewGuid():N}";

    public PutFileTests(Fixture fixture)
    {
        _spout = fixture.Spout;
        Directory.CreateDirectory(Path.Combine(_spout.Folder, "d", "e"));
        File.WriteAllText(Path.Combine(_spout.Folder, "a.txt"), "a");
        File.WriteAllText(Path.Combine(_spout.Folder, "d", "b.txt"), "bb");
        File.WriteAllText(Path.Combine(_spout.Folder, "d", ".hidden"), "");
        File.WriteAllText(Path.Combine(_spout.Folder, "d", "e", "c.txt"), "ccc");
        string links = Directory.CreateDirectory(Path.Combine(_spout.Folder, "l")).FullName;
        if (new FileInfo(Path.Combine(links, "dangling")).LinkTarget is null)
            File.CreateSymbolicLink(Path.Combine(links, "dangling"), "nowhere");
    }

    // As recorded of pachctl: what is put, and the paths below the target T.
    public static TheoryData<string, string> Placed => new()
    {
        { "T/x -f a.txt", "/x=a" },
        { "T/x/ -f a.txt", "/x/a.txt=a" },
        { "T/x/ -f d/b.txt", "/x/b.txt=bb" },
        { "T/x/ -f d/b.txt --full-path", "/x/d/b.txt=bb" },
        { "T -f a.txt -f d/b.txt", "/a.txt=a /b.txt=bb" },
        { "T -f a.txt,d/b.txt", "/a.txt=a /b.txt=bb" },
        { "T -r -f d", "/.hidden= /b.txt=bb /e/c.txt=ccc" },
        { "T -r -f d/", "/.hidden= /b.txt=bb /e/c.txt=ccc" },
        { "T -rf d --full-path", "/d/.hidden= /d/b.txt=bb /d/e/c.txt=ccc" },
        { "T/x -r -f a.txt", "/x=a" },
        { "T -r -f d -f a.txt", "/a.txt=a /d/.hidden= /d/b.txt=bb /d/e/c.txt=ccc" },
        { "disk-report@master:T/x -f a.txt -c -p 3 --progress", "/x=a" },
    };

    [Theory]
    [MemberData(nameof(Placed))]
    public async Task Sources_go_where_pachctl_puts_them(string arguments, string placed)
    {
        OperatedSpout.Ended put = await PutAsync(arguments.Replace("T", _run, StringComparison.Ordinal));

        Assert.True(put.ExitCode == 0, put.Error);
        Assert.Equal(placed, await PlacedAsync());
    }

    [Fact]
    public async Task Without_a_path_the_names_of_the_sources_are_taken()
    {
        string name = $"n{_run[1..]}";
        File.WriteAllText(Path.Combine(_spout.Folder, name), "1");
        Directory.Move(Path.Combine(_spout.Folder, "d"), Path.Combine(_spout.Folder, $"d{name}"));

        Assert.Equal(0, (await PutAsync($"-f ./{name}")).ExitCode);
        Assert.Equal(0, (await PutAsync($"-r -f d{name}")).ExitCode);

        using SpoutRepo repo = _spout.Open();
        Assert.Equal("1", await repo.ReadTextAsync($"/{name}"));
        Assert.Equal("ccc", await repo.ReadTextAsync($"/d{name}/e/c.txt"));
    }

    [Fact]
    public async Task Standard_input_a_list_and_appending()
    {
        Assert.Equal(0, (await PutAsync($"{_run}/log", "one\n")).ExitCode);
        Assert.Equal(0, (await PutAsync($"-a -f - {_run}/log", "two\n")).ExitCode);
        Assert.Equal(0, (await PutAsync($"{_run}/l -i -", "a.txt\n\nd/b.txt\n")).ExitCode);

        Assert.Equal("/l/a.txt=a /l/b.txt=bb /log=one\ntwo\n", await PlacedAsync());
    }

    [Fact]
    public async Task All_of_it_is_one_commit_with_its_cursor()
    {
        int before = (await CommitsAsync()).Count;

        OperatedSpout.Ended put = await PutAsync($"{_run} -r -f d --cursor {{\"at\":9}} --json");

        Assert.Equal(before + 1, (await CommitsAsync()).Count);
        JsonElement commit = JsonDocument.Parse(put.Output).RootElement;
        Assert.Equal("commit", commit.GetProperty("event").GetString());
        Assert.Equal(3, commit.GetProperty("files").GetInt32());
        Assert.Equal(9, commit.GetProperty("cursor").GetProperty("at").GetInt32());
        Assert.Equal(9, await _spout.CursorAsync());
    }

    [Fact]
    public async Task Nothing_to_put_commits_nothing()
    {
        int before = (await CommitsAsync()).Count;

        Assert.Equal(0, (await PutAsync($"{_run} -i -", "")).ExitCode);

        Assert.Equal(before, (await CommitsAsync()).Count);
    }

    [Theory]
    [InlineData("", "has no name")]
    [InlineData("T -r -f -", "-r has no meaning for standard input")]
    [InlineData("T -f a.txt -f missing", "missing doesn't exist")]
    [InlineData("T -f d", "put what is below it with -r")]
    [InlineData("T -f s3://bucket/key", "http and https are fetched")]
    [InlineData("T/[x] -f a.txt", "the glob character '['")]
    [InlineData("other@master:T -f a.txt", "into disk-report@master only")]
    [InlineData("T -f a.txt --cursor 1", "is no JSON object")]
    [InlineData("--recursiv -f a.txt", "has no option --recursiv; it has: ")]
    [InlineData("T -f a.txt --project other", "into its own project default only")]
    [InlineData("T -r -f l", "cannot be read")]
    public async Task What_cannot_be_put_is_said_and_puts_nothing(string arguments, string said)
    {
        int before = (await CommitsAsync()).Count;

        OperatedSpout.Ended refused = await PutAsync(arguments.Replace("T", _run, StringComparison.Ordinal), "x");

        Assert.Equal(64, refused.ExitCode);
        Assert.Contains(said, refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, (await CommitsAsync()).Count);
    }

    [Fact]
    public async Task An_input_that_breaks_off_publishes_nothing()
    {
        int before = (await CommitsAsync()).Count;
        using Process process = _spout.Start(["put", "file", $"{_run}/big"], _spout.Worker);
        byte[] piece = new byte[1024 * 1024];
        for (int i = 0; i < 8; i++)
            await process.StandardInput.BaseStream.WriteAsync(piece);
        await process.StandardInput.BaseStream.FlushAsync();
        process.Kill();
        await process.WaitForExitAsync();

        Assert.Equal("", await PlacedAsync());
        Assert.Equal(before, (await CommitsAsync()).Count);
    }

    [Theory]
    [InlineData("T/x -f a.txt", "T -r -f new", "/x=a", "x/y")]
    [InlineData("T/x/y -f a.txt", "T -f new/ok -f new/x/y -f a.txt,new/z/x", "/x/y=a", "x/y")]
    public async Task Files_that_collide_with_what_is_there_are_refused_with_all_beside_them(string first, string colliding, string placed, string path)
    {
        Directory.CreateDirectory(Path.Combine(_spout.Folder, "new", "x"));
        Directory.CreateDirectory(Path.Combine(_spout.Folder, "new", "z"));
        File.WriteAllText(Path.Combine(_spout.Folder, "new", "ok"), "ok");
        File.WriteAllText(Path.Combine(_spout.Folder, "new", "x", "y"), "y");
        File.WriteAllText(Path.Combine(_spout.Folder, "new", "z", "x"), "x");
        Assert.Equal(0, (await PutAsync($"{first.Replace("T", _run, StringComparison.Ordinal)} --cursor {{\"at\":1}}")).ExitCode);

        OperatedSpout.Ended refused = await PutAsync($"{colliding.Replace("T", _run, StringComparison.Ordinal)} --cursor {{\"at\":2}}");

        Assert.Equal(65, refused.ExitCode);
        Assert.Matches($@"^Pachyderm found the data of default/disk-report@\w+ impossible: .*\({_run}/{path}\)\. Nothing of it was kept", refused.LastLine);
        Assert.Equal("", refused.Output);
        Assert.Equal(placed, await PlacedAsync());
        Assert.Equal(1, await _spout.CursorAsync());
        Assert.Equal(0, (await PutAsync($"{_run}/later -f a.txt --cursor {{\"at\":3}}")).ExitCode);
        Assert.Equal($"/later=a {placed}", await PlacedAsync());
        Assert.Equal(3, await _spout.CursorAsync());
    }

    [Fact]
    public async Task Files_that_collide_with_each_other_are_refused_before_anything_is_opened()
    {
        Directory.CreateDirectory(Path.Combine(_spout.Folder, "new", "b.txt"));
        File.WriteAllText(Path.Combine(_spout.Folder, "new", "b.txt", "y"), "y");
        int before = (await CommitsAsync()).Count;

        OperatedSpout.Ended refused = await PutAsync($"{_run} -r -f d/b.txt -f new/b.txt");

        Assert.Equal(64, refused.ExitCode);
        Assert.Contains($"both a file {_run}/b.txt and {_run}/b.txt/y", refused.LastLine, StringComparison.Ordinal);
        Assert.Equal(before, (await CommitsAsync()).Count);
    }

    [Theory]
    [InlineData(".tar")]
    [InlineData(".tgz")]
    public async Task Archives_are_taken_apart_whole_or_not_at_all(string extension)
    {
        string path = Path.Combine(_spout.Folder, $"{_run[1..]}{extension}");
        await using (FileStream file = File.Create(path))
        await using (Stream content = extension == ".tgz" ? new GZipStream(file, CompressionLevel.Fastest) : file)
        await using (TarWriter tar = new(content))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, $"{_run[1..]}/"));
            await tar.WriteEntryAsync(Entry($"./{_run[1..]}/one", "1"));
            await tar.WriteEntryAsync(Entry($"{_run[1..]}/f/two", Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(50_000))));
        }

        string cut = Path.Combine(_spout.Folder, $"cut{_run[1..]}{extension}");
        byte[] whole = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(cut, whole[..(whole.Length / 2)]);

        Assert.NotEqual(0, (await PutAsync($"/ignored --untar -f {cut}")).ExitCode);
        Assert.Equal("", await PlacedAsync());
        OperatedSpout.Ended put = await PutAsync($"/ignored --untar -f {path}");
        Assert.True(put.ExitCode == 0, put.Error);
        Assert.Matches("^/f/two=[0-9A-F]{100000} /one=1$", await PlacedAsync());

        static PaxTarEntry Entry(string name, string text) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };
    }

    [Fact]
    public async Task A_URL_is_fetched_and_one_that_fails_puts_nothing()
    {
        using HttpListener web = new();
        string prefix = $"http://127.0.0.1:{Loopback.FreePort()}/";
        web.Prefixes.Add(prefix);
        web.Start();
        Task serving = ServeAsync(web);

        Assert.Equal(0, (await PutAsync($"{_run}/ -f {prefix}page.txt")).ExitCode);
        OperatedSpout.Ended refused = await PutAsync($"{_run}/ -f a.txt -f {prefix}missing");

        Assert.Equal(64, refused.ExitCode);
        Assert.Contains("answers 404", refused.Error, StringComparison.Ordinal);
        Assert.Equal("/page.txt=hello", await PlacedAsync());
        web.Stop();
        await serving;
    }

    [Fact]
    public async Task Two_at_a_time_lose_nothing()
    {
        OperatedSpout.Ended[] ended = await Task.WhenAll(PutAsync($"{_run}/a", "1"), PutAsync($"{_run}/b", "2"));

        string[] published = [.. ended.Zip(["/a=1", "/b=2"]).Where(static one => one.First.ExitCode == 0).Select(static one => one.Second)];
        Assert.NotEmpty(published);
        Assert.All(ended, static one => Assert.True(one.ExitCode is 0 or 75, one.Error));
        Assert.Equal(string.Join(' ', published), await PlacedAsync());
    }

    [Fact]
    public async Task A_shell_script_of_a_spout_calls_it_pachctl()
    {
        string bin = Path.Combine(_spout.Folder, $"bin{_run[1..]}");
        Directory.CreateDirectory(bin);
        File.CreateSymbolicLink(Path.Combine(bin, "pachctl"), Path.ChangeExtension(OperatedSpout.Program, null));
        string files = Path.Combine(_spout.Folder, $"files{_run[1..]}");
        using ShellCluster shell = await ShellCluster.StartAsync();
        JsonObject spec = new()
        {
            ["pipeline"] = new JsonObject { ["name"] = "shell" },
            ["transform"] = new JsonObject
            {
                ["image"] = "bash",
                ["cmd"] = new JsonArray("bash"),
                ["env"] = new JsonObject { ["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}" },
                ["stdin"] = new JsonArray(
                    "set -e", $"mkdir -p {files}/day", $"echo one > {files}/day/1.csv", $"echo two > {files}/2.csv",
                    $"pachctl put file -r -f {files}", $"rm -rf {files}", "pachctl list file && exit 1", "true"),
            },
            ["spout"] = new JsonObject(),
        };

        await shell.CreateAsync(spec);

        using SpoutRepo repo = new(shell.Address, "shell");
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while ((await repo.ReadCommitsAsync(patience.Token)) is not [{ Description: var said, IsFinished: true }, ..] || !said.StartsWith("spouts/1 #1", StringComparison.Ordinal))
            await Task.Delay(100, patience.Token);
        string name = Path.GetFileName(files);
        Assert.Equal([$"/{name}/2.csv", $"/{name}/day/1.csv"], (await repo.ReadFilesAsync()).Keys);
        Assert.Equal("one\n", await repo.ReadTextAsync($"/{name}/day/1.csv"));
        while (Directory.Exists(files))
            await Task.Delay(100, patience.Token);
    }

    private static async Task ServeAsync(HttpListener web)
    {
        while (web.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await web.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            bool isThere = context.Request.Url!.AbsolutePath == "/page.txt";
            context.Response.StatusCode = isThere ? 200 : 404;
            context.Response.Close(isThere ? "hello"u8.ToArray() : [], willBlock: true);
        }
    }

    private Task<OperatedSpout.Ended> PutAsync(string arguments, string? stdin = null) =>
        _spout.RunAsync(["put", "file", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)], _spout.Worker, stdin);

    private async Task<string> PlacedAsync()
    {
        using SpoutRepo repo = _spout.Open();
        return string.Join(' ', (await repo.ReadFilesAsync())
            .Where(file => file.Key.StartsWith($"{_run}/", StringComparison.Ordinal))
            .Select(file => $"{file.Key[_run.Length..]}={Encoding.UTF8.GetString(file.Value)}"));
    }

    private async Task<IReadOnlyList<SpoutCommit>> CommitsAsync()
    {
        using SpoutRepo repo = _spout.Open();
        return await repo.ReadCommitsAsync();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal OperatedSpout Spout { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Spout = await OperatedSpout.StartAsync();

        public ValueTask DisposeAsync()
        {
            Spout.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A local pachd that runs the commands of specs itself.</summary>
    private sealed class ShellCluster : IDisposable
    {
        private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-shell-");
        private readonly Process _process;

        private ShellCluster(Process process) => _process = process;

        public Uri Address { get; private set; } = null!;

        public static async Task<ShellCluster> StartAsync()
        {
            string pachd = (string)AppContext.GetData("Spouts.LocalPachd")!;
            ProcessStartInfo info = new("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
            ShellCluster cluster = new(new() { StartInfo = info });
            foreach (string argument in (string[])[pachd, "start", "--state", cluster._state.FullName, "--workers", "run", "--until-stdin-closes"])
                info.ArgumentList.Add(argument);
            cluster._process.Start();
            string ready = (await cluster._process.StandardOutput.ReadLineAsync())!;
            cluster.Address = new($"http://{JsonDocument.Parse(ready).RootElement.GetProperty("address").GetString()}");
            return cluster;
        }

        public async Task CreateAsync(JsonObject spec)
        {
            using PachydermChannel channel = new(Address, token: null);
            await new PpsApi.APIClient(channel.Invoker).CreatePipelineV2Async(new CreatePipelineV2Request { CreatePipelineRequestJson = spec.ToJsonString() });
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _state.Delete(recursive: true);
        }
    }
}
