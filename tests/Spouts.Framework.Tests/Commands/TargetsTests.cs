using Spouts.Commands;

namespace Spouts.Tests.Commands;

public sealed class TargetsTests
{
    private static readonly ProgramOptions Plain = new(Verb.Run, Json: false, Context: null);

    [Fact]
    public void In_a_worker_it_is_the_worker() =>
        Assert.Equal(Target.Worker, Targets.Choose(Variables(("PACH_IN_WORKER", "true"), ("PACHD_ADDRESS", "grpc://prod:30650")), Plain));

    [Fact]
    public void Anywhere_else_it_is_local_even_with_a_pachctl_context_lying_around() =>
        Assert.Equal(Target.Local, Targets.Choose(Variables(("PACH_CONFIG", "/home/me/.pachyderm/config.json"), ("PACH_CONTEXT", "prod")), Plain));

    [Fact]
    public void A_cluster_that_is_asked_for_is_refused_because_only_its_workers_may_write_there()
    {
        Assert.Contains("'prod'", Refused(Variables(), Plain with { Context = "prod" }), StringComparison.Ordinal);
        Assert.Contains("grpc://prod:30650", Refused(Variables(("PACHD_ADDRESS", "grpc://prod:30650")), Plain), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DryRun")]
    [InlineData("State")]
    [InlineData("Doctor")]
    public void A_cluster_that_is_asked_for_can_be_looked_at(string verb)
    {
        ProgramOptions options = Plain with { Verb = Enum.Parse<Verb>(verb) };

        Assert.Equal(Target.Cluster, Targets.Choose(Variables(), options with { Context = "prod" }));
        Assert.Equal(Target.Cluster, Targets.Choose(Variables(("PACHD_ADDRESS", "grpc://prod:30650")), options));
    }

    [Fact]
    public void Printing_a_spec_goes_nowhere() =>
        Assert.Equal(Target.Local, Targets.Choose(Variables(("PACHD_ADDRESS", "grpc://prod:30650")), Plain with { Verb = Verb.Spec }));

    [Fact]
    public void A_context_means_nothing_in_a_worker() =>
        Assert.Contains("--context", Refused(Variables(("PACH_IN_WORKER", "true")), Plain with { Context = "prod" }), StringComparison.Ordinal);

    private static string Refused(Func<string, string?> variable, ProgramOptions options) =>
        Assert.Throws<SpoutConfigurationException>(() => Targets.Choose(variable, options)).Message;

    private static Func<string, string?> Variables(params (string Name, string Value)[] set) =>
        name => set.FirstOrDefault(variable => variable.Name == name).Value;
}
