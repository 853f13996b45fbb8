using System.Net;
using Spouts.Local.Cli;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>What the command line means by what it does not say.</summary>
public sealed class StartCommandTests
{
    [Theory]
    [InlineData(null, "127.0.0.1", false, true)]
    [InlineData(null, "::1", false, true)]
    [InlineData(null, "0.0.0.0", false, false)]
    [InlineData(null, "127.0.0.1", true, false)]
    [InlineData("run", "0.0.0.0", true, true)]
    [InlineData("attach", "127.0.0.1", false, false)]
    public void Commands_are_run_unless_somebody_else_is_the_worker_or_strangers_could_run_theirs(string? asked, string listen, bool sidecarDoor, bool run)
        => Assert.Equal(run && !(asked is null && OperatingSystem.IsWindows()), StartCommand.RunsWorkers(asked, IPAddress.Parse(listen), sidecarDoor));
}
