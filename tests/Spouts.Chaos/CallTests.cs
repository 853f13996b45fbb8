using Spouts.Chaos.Doors;
using Spouts.Chaos.Faults;
using Spouts.Chaos.Processes;
using Spouts.Chaos.Sources;
using Xunit;

namespace Spouts.Chaos;

/// <summary>Each call of a spout, broken on its way there and on its way back, as its last one, and as its last one for a while.</summary>
public sealed class CallTests(ITestOutputHelper output)
{
    public static TheoryData<string> Calls => [.. Boundary.All.Select(boundary => boundary.Step)];

    public static TheoryData<string> Steps => [.. Boundary.Recipe.Select(boundary => boundary.Step)];

    [Theory]
    [MemberData(nameof(Calls))]
    public Task A_call_that_breaks_or_whose_reply_is_lost_is_looked_up_and_never_repeated_blindly(string call)
    {
        Boundary at = Boundary.Named(call);
        return Expect.ExactAsync(output, ChaosForm.Lines, new BrokenCall(at, CallBreak.Reset), new BrokenCall(at, CallBreak.LostReply));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public Task A_spout_that_is_killed_in_a_call_goes_on_where_it_was(string step)
    {
        Boundary at = Boundary.Named(step);
        return Expect.ExactAsync(output, ChaosForm.Files, new KillSpout(at, CallBreak.HeldRequest), new KillSpout(at, CallBreak.HeldReply));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public Task A_zombie_cannot_publish_after_it_was_fenced(string step)
    {
        Boundary at = Boundary.Named(step);
        return Expect.ExactAsync(output, ChaosForm.Lines, new Zombie(at, CallBreak.HeldRequest), new Zombie(at, CallBreak.HeldReply));
    }

    [Fact]
    public Task A_zombie_that_was_acknowledging_acknowledges_nothing_that_is_not_durable() =>
        Expect.ExactAsync(output, ChaosForm.Files, new Zombie(Boundary.Acknowledge), new Zombie(Boundary.Confirm));

    [Fact]
    public Task An_item_that_is_delivered_again_is_acknowledged_and_not_brought_in_twice()
    {
        Assert.SkipUnless(RabbitBroker.IsInstalled, RabbitBroker.HowToInstall);
        return Expect.ExactAsync(
            output, ChaosForm.Queue, new KillSpout(Boundary.Attach), new KillSpout(Boundary.Publish), new KillSpout(Boundary.Confirm), new Zombie(Boundary.Confirm));
    }

    [Fact]
    public Task A_queue_that_is_acknowledged_batch_by_batch_loses_and_doubles_nothing_at_any_step()
    {
        Assert.SkipUnless(RabbitBroker.IsInstalled, RabbitBroker.HowToInstall);
        Fault[] kills = [.. Boundary.Recipe.Select(static step => new KillSpout(step))];
        return Expect.ExactAsync(output, ChaosForm.QueueByBatch, [.. kills, new Zombie(Boundary.Acknowledge), .. kills]);
    }

    [Fact]
    public Task A_call_that_stalls_is_waited_for() => Expect.ExactAsync(
        output, ChaosForm.Lines, new BrokenCall(Boundary.Attach, CallBreak.HeldReply), new BrokenCall(Boundary.Publish, CallBreak.HeldRequest));

    [Fact]
    public Task A_pachd_that_is_killed_is_waited_for() =>
        Expect.ExactAsync(output, ChaosForm.Lines, new KillPachd(), new KillPachd());
}
