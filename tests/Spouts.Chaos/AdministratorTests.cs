using Spouts.Chaos.Doors;
using Spouts.Chaos.Faults;
using Spouts.Chaos.Processes;
using Spouts.Chaos.Sources;
using Xunit;

namespace Spouts.Chaos;

/// <summary>What administrators, other people and full disks do to a spout at work, one at a time.</summary>
public sealed class AdministratorTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task An_update_ends_the_process_before_it_whose_commits_stay_of_its_version(bool auth) =>
        Expect.ExactAsync(output, Plan(auth, new UpdatePipeline(), new UpdatePipeline(Boundary.Open), new UpdatePipeline(Boundary.Attach)));

    [Fact]
    public Task A_stop_and_start_over_an_open_commit_blocks_nothing() =>
        Expect.ExactAsync(output, ChaosForm.Lines, new StopAndStart(), new StopAndStart(Boundary.Attach), new StopAndStart(Boundary.Publish));

    [Fact]
    public Task What_somebody_puts_into_an_open_commit_changes_nothing_of_the_batch() =>
        Expect.ExactAsync(
            output, ChaosForm.Lines, new ForeignPut(Boundary.Attach, LineSource.LogPath), new ForeignPut(Boundary.Attach), new ForeignPut(Boundary.Publish));

    [Fact]
    public Task Squashed_commits_leave_their_data_once() =>
        Expect.ExactAsync(output, ChaosForm.Lines, new SquashCommit(3), new SquashUnderPending(), new SquashUnderLateWriter());

    [Theory]
    [InlineData(ChaosForm.Lines)]
    [InlineData(ChaosForm.FixedSizes)]
    public Task Dropped_commits_take_data_and_cursor_back_together(ChaosForm form) => Expect.ExactAsync(
        output, form, [new DropCommit(3), .. Enum.GetValues<LateWriterEnd>().Select(static end => new DropUnderLateWriter(end))]);

    [Theory]
    [InlineData(ChaosForm.Lines)]
    [InlineData(ChaosForm.FixedSizes)]
    public Task A_commit_that_is_finished_by_hand_is_there_once(ChaosForm form) => Expect.ExactAsync(
        output,
        form,
        new FinishByHand(Boundary.Attach, ""),
        new FinishByHand(Boundary.Publish, ""),
        new FinishByHand(Boundary.Attach, "closed by hand"),
        new FinishByHand(Boundary.Publish, "closed by hand"));

    [Fact]
    public Task A_process_whose_token_is_revoked_ends_in_the_midst_of_its_batch() =>
        Expect.ExactAsync(output, Plan(auth: true, new RevokeToken(), new RevokeToken(Boundary.Attach), new RevokeToken(Boundary.Publish)));

    [Fact]
    public Task A_full_disk_is_waited_for()
    {
        Assert.SkipUnless(SmallDisk.CanMount, "Only root may mount the disk that this test fills.");
        return Expect.ExactAsync(output, ChaosForm.Lines, new FillDisk(), new FillDisk());
    }

    private static ChaosPlan Plan(bool auth, params Fault[] faults) =>
        new() { Form = ChaosForm.Lines, Auth = auth, Seed = Random.Shared.Next(), Faults = faults };
}
