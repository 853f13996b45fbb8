using System.Formats.Tar;
using Spouts.Batching;
using Spouts.Commands;
using Spouts.Hosting;
using Spouts.Operating;

namespace Spouts.Tests.Adversary;

/// <summary>What <c>put file</c> cannot put is refused with a line that a shell script's author understands.</summary>
public sealed class PutFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spouts-put-");

    [Theory]
    [InlineData("--recursiv")]
    [InlineData("--recursiv=true")]
    [InlineData("-x")]
    public async Task An_option_that_it_does_not_have_is_not_taken_for_a_path(string option)
    {
        (int code, ProgramOptions? parsed) = await ParseAsync("put", "file", option, "-f", "a.csv");

        Assert.Equal(ExitCodes.Configuration, code);
        Assert.Null(parsed);
    }

    [Theory]
    [InlineData("-v", "put", "file", "-f", "a.csv", "/a")]
    [InlineData("put", "file", "-v", "--no-color", "-f", "a.csv", "/a")]
    [InlineData("put", "file", "--verbose", "-f", "a.csv", "/a")]
    [InlineData("put", "--no-color", "file", "-f", "a.csv", "/a")]
    public async Task Options_of_every_command_of_pachctl_are_accepted(params string[] arguments)
    {
        (int code, ProgramOptions? parsed) = await ParseAsync(arguments);

        Assert.Equal(ExitCodes.Done, code);
        Assert.Equal("/a", parsed!.Files!.Target);
    }

    [Theory]
    [InlineData("--project=t9")]
    [InlineData("--project", "t9")]
    public async Task A_project_is_understood_and_not_put(params string[] project)
    {
        (int code, ProgramOptions? parsed) = await ParseAsync(["put", "file", .. project, "-f", "a.csv"]);

        Assert.Equal(ExitCodes.Done, code);
        Assert.Equal(("t9", null), (parsed!.Files!.Project, parsed.Files.Target));
    }

    [Fact]
    public async Task Standard_input_is_not_an_option()
    {
        (int code, ProgramOptions? parsed) = await ParseAsync("put", "file", "-f", "-", "/a");

        Assert.Equal(ExitCodes.Done, code);
        Assert.Equal("/a", parsed!.Files!.Target);
    }

    [Fact]
    public async Task An_archive_that_leads_out_of_itself_is_refused()
    {
        string archive = Path.Combine(_folder.FullName, "a.tar");
        using (TarWriter writer = new(File.Create(archive)))
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "../a.csv"));

        SpoutConfigurationException refused = await Assert.ThrowsAsync<SpoutConfigurationException>(
            () => AllAsync(new(null, [archive]) { IsUntarred = true }));

        Assert.Contains("../a.csv", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_is_too_large_is_made_smaller_by_what_its_author_has()
    {
        Assert.Contains("[Batch]", RunStager.CutByAnnotation, StringComparison.Ordinal);
        Assert.DoesNotContain("[Batch]", PutFile.SmallerBy, StringComparison.Ordinal);
        Assert.Contains("put file", PutFile.SmallerBy, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task AllAsync(PutFileOptions options)
    {
        using HttpClient http = new();
        await foreach (SpoutFile file in new PutSources(options, http, static () => Stream.Null, static _ => { }).FilesAsync("clicks", "master", CancellationToken.None))
            Assert.NotNull(file);
    }

    private static async Task<(int Code, ProgramOptions? Options)> ParseAsync(params string[] arguments)
    {
        ProgramOptions? parsed = null;
        int code = await ProgramCommand.InvokeAsync(PutCommand.Pachctl, arguments, (options, _) =>
        {
            parsed = options;
            return Task.FromResult(ExitCodes.Done);
        });
        return (code, parsed);
    }
}
