using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Spouts.Build.Tests.Packaging;

/// <summary>What <c>dotnet new</c> creates works as it is.</summary>
[Collection(nameof(PackedFeed))]
public sealed class TemplateTests(PackedFeed feed)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly string[] Sources = ["poll", "schedule", "stream", "service"];

    [Theory]
    [InlineData("Clicks", "", "ClicksSpout", "clicks", false)]
    [InlineData("Mornings", "--source schedule", "MorningsSpout", "mornings", false)]
    [InlineData("Ticks", "--source stream", "TicksSpout", "ticks", false)]
    [InlineData("acme.web-feed2", "--source poll --cursor --tests", "Acme_web_feed2Spout", "acme-web-feed-2", true)]
    public void A_spout_builds_commits_a_first_file_and_publishes(string name, string options, string className, string spout, bool hasCursor)
    {
        feed.Run(".", $"new spout -n {name} {options}");
        feed.Run(name, "build -warnaserror");

        Stopwatch since = Stopwatch.StartNew();
        feed.AssertCommits(name);

        Assert.InRange(since.Elapsed, TimeSpan.Zero, Limit);
        Assert.Equal(hasCursor, File.ReadAllText(feed.Folder.File($"{name}/{className}.cs")).Contains("Cursor<", StringComparison.Ordinal));
        feed.AssertPublishes(name, spout);
    }

    [Fact]
    public void A_name_of_any_kind_gives_a_project_that_builds_and_a_name_that_pachyderm_takes()
    {
        (string Name, string Spout)[] names =
        [
            ("Spouts", "spouts"), ("Fetch", "fetch"), ("Listen", "listen"), ("SpoutFile", "spout-file"), ("class", "class"), ("9lives", "9-lives"),
            ("Ünïcode", "unicode"), ("Žluťoučký-kůň", "zlutoucky-kun"), (new string('x', 70), new string('x', 51)),
        ];
        foreach ((int index, (string name, _)) in names.Index())
            feed.Run(".", $"new spout -n {name} -o names/{index} --no-restore --tests");
        feed.Write("names/Directory.Packages.props", "<Project><PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup></Project>");
        feed.Write("names/Directory.Build.props", "<Project><PropertyGroup><RestorePackagesWithLockFile>true</RestorePackagesWithLockFile></PropertyGroup></Project>");
        feed.Write("names/All.slnx", $"<Solution>{string.Concat(names.Select(static (name, index) => $"<Project Path=\"{index}/{name.Name}.csproj\" /><Project Path=\"{index}/tests/{name.Name}.Tests.csproj\" />"))}</Solution>");

        feed.Run("names", "build -warnaserror");

        Assert.All(names.Index(), name => Assert.Equal(
            [$"{name.Item.Spout}/pipeline.json"],
            feed.Folder.Files($"names/{name.Index}/bin/Debug/net10.0/spouts").Where(static file => file.EndsWith("pipeline.json", StringComparison.Ordinal))));
        Assert.Matches(@"Passed: +1, ", feed.Run("names/0", "test"));
    }

    [Fact]
    public async Task A_spout_that_listens_answers_its_sender_when_the_file_is_committed_and_publishes()
    {
        feed.Run(".", "new spout -n Inbox --source service");
        feed.Run("Inbox", "build -warnaserror");
        int port = FreePort();

        Task run = Task.Run(() => feed.AssertCommits("Inbox", ("Inbox__Port", $"{port}")), TestContext.Current.CancellationToken);
        HttpStatusCode answer = await SendAsync(new Uri($"http://localhost:{port}/hello.txt"), run);
        await run;

        Assert.Equal(HttpStatusCode.OK, answer);
        feed.AssertPublishes("Inbox", "inbox");
        Assert.Contains("\"internalPort\": 8080", File.ReadAllText(feed.Folder.File("Inbox/out/spouts/inbox/pipeline.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_chosen_builds_without_a_warning_and_passes_its_tests()
    {
        string[] choices =
        [
            .. from source in Sources
               from cursor in (string[])["", " --cursor"]
               from tests in (string[])["", " --tests"]
               select $"--source {source}{cursor}{tests}",
        ];
        List<string> projects = [];
        foreach ((int index, string choice) in choices.Index())
        {
            feed.Run(".", $"new spout -n Choice{index} -o matrix/{index} --no-restore {choice}");
            projects.Add($"{index}/Choice{index}.csproj");
            if (choice.Contains("--tests", StringComparison.Ordinal))
                projects.Add($"{index}/tests/Choice{index}.Tests.csproj");
        }

        feed.Write("matrix/All.slnx", $"<Solution>{string.Concat(projects.Select(static project => $"<Project Path=\"{project}\" />"))}</Solution>");
        feed.Run("matrix", "build -warnaserror");

        string output = feed.Run("matrix", "test --no-build");

        Assert.Equal(projects.Count - choices.Length, output.Split("Passed!").Length - 1);
    }

    [Fact]
    public void A_solution_does_what_its_README_says()
    {
        feed.Run(".", "new spout-solution -n Acme");
        string[] commands = [.. File.ReadLines(feed.Folder.File("Acme/README.md")).Where(static line => line.StartsWith("dotnet ", StringComparison.Ordinal))];
        Assert.Equal(["dotnet run --project src/Acme", "dotnet test", "dotnet publish src/Acme -o artifacts"], commands);

        Assert.Matches(@"Passed: +1, ", feed.Run("Acme", "test"));
        feed.AssertCommits("Acme/src/Acme");
        feed.AssertPublishes("Acme", "acme", "publish src/Acme -o artifacts", "artifacts");
    }

    [Fact]
    public void A_solution_grows_by_a_spout_and_by_a_program()
    {
        feed.Run(".", "new spout-solution -n Grown");

        feed.Run("Grown/src/Grown", "new spout-class -n Second --cursor");
        feed.Run("Grown/src", "new spout -n Third");
        feed.Run("Grown", "sln add src/Third/Third.csproj");
        feed.Run("Grown", "build -warnaserror");

        Assert.Equal(["grown", "second"], Directory.GetDirectories(feed.Folder.File("Grown/src/Grown/bin/Debug/net10.0/spouts")).Select(Path.GetFileName).Order());
        Assert.True(File.Exists(feed.Folder.File("Grown/src/Third/bin/Debug/net10.0/spouts/third/pipeline.json")));
    }

    // Nobody is there to connect to until the program listens.
    private static async Task<HttpStatusCode> SendAsync(Uri address, Task run)
    {
        using HttpClient sender = new();
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await sender.PutAsync(address, new StringContent("hello"), TestContext.Current.CancellationToken);
                return answer.StatusCode;
            }
            catch (HttpRequestException refused) when (refused.HttpRequestError is HttpRequestError.ConnectionError)
            {
                if (run.IsCompleted)
                    await run;
                await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
