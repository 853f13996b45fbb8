using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Spouts.Development;
using Spouts.Hosting;
using Spouts.Pachyderm;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Development;

/// <summary>A program on a laptop makes itself the worker of its pipeline.</summary>
public sealed class LocalWorkerTests(PachdFixture pachd) : IClassFixture<PachdFixture>
{
    [Theory]
    [InlineData("""{"pipeline":{"name":"plain"},"transform":{"cmd":["plain"]},"spout":{}}""", "plain")]
    [InlineData("""{"pipeline":{"name":"team","project":{"name":"elsewhere"}},"transform":{"cmd":["team"]},"spout":{}}""", "team")]
    public async Task It_is_in_the_default_project_whatever_its_spec_says(string spec, string name)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string specs = folder.CreateSubdirectory(Path.Combine("spouts", name)).FullName;
            await File.WriteAllTextAsync(Path.Combine(specs, "pipeline.json"), spec);
            using PachydermChannel channel = new(pachd.Cluster.Address, token: null);
            LocalSecrets secrets = new(new ConfigurationBuilder().Build(), NullLogger<LocalSecrets>.Instance);
            SpoutRegistration spout = new() { Name = name, OutputBranch = "master", Sources = [] };

            using LocalWorker worker = await LocalWorker.AttachAsync(channel.Invoker, spout, folder.FullName, secrets, CancellationToken.None);

            Assert.Equal(("default", name), (worker.Environment.Project, worker.Environment.Pipeline));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
