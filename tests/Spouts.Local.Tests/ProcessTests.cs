using Xunit;

namespace Spouts.Local.Tests;

public sealed class ProcessTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("spouts-process-");

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task A_second_process_cannot_open_a_store_and_is_told_who_has_it()
    {
        using LocalServer first = await LocalServer.StartAsync(_state.FullName);
        (int exitCode, string error) = await LocalServer.RefusedAsync(_state.FullName);
        Assert.Equal(Cli.ExitCodes.StoreInUse, exitCode);
        Assert.Contains($"process {first.Pid} at {first.Address}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_of_a_later_version_is_refused()
    {
        (await LocalServer.StartAsync(_state.FullName)).Dispose();
        using (Microsoft.Data.Sqlite.SqliteConnection database = new($"Data Source={Path.Combine(_state.FullName, "pachd.db")};Pooling=False"))
        {
            database.Open();
            using Microsoft.Data.Sqlite.SqliteCommand raise = database.CreateCommand();
            raise.CommandText = "PRAGMA user_version = 999";
            raise.ExecuteNonQuery();
        }

        (int exitCode, string error) = await LocalServer.RefusedAsync(_state.FullName);
        Assert.Equal(Cli.ExitCodes.NewerStore, exitCode);
        Assert.Contains("schema version 999", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("img=/no/such/directory")]
    [InlineData("img")]
    [InlineData("=/")]
    public async Task An_image_without_a_name_or_a_directory_is_refused(string image)
    {
        (int exitCode, string error) = await LocalServer.RunAsync("start", "--state", _state.FullName, "--image", image);
        Assert.Equal(1, exitCode);
        Assert.Contains("--image wants NAME=DIR", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_with_its_parent()
    {
        using LocalServer server = await LocalServer.StartAsync(_state.FullName);
        Assert.Equal(0, await server.CloseStdinAsync());
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task It_exits_when_asked_to(string signal)
    {
        using LocalServer server = await LocalServer.StartAsync(_state.FullName);
        Assert.Equal(0, await server.SignalAsync(signal));
    }

    [Fact]
    public async Task It_listens_on_the_same_port_after_a_restart()
    {
        string before;
        using (LocalServer server = await LocalServer.StartAsync(_state.FullName))
        {
            before = server.Address;
            server.Kill();
        }

        using LocalServer again = await LocalServer.StartAsync(_state.FullName);
        Assert.Equal(before, again.Address);
    }
}
