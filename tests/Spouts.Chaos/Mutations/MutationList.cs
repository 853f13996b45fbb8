namespace Spouts.Chaos.Mutations;

/// <summary>Each step that protects from a fault, and the test that fails without it.</summary>
internal static class MutationList
{
    private const string Calls = "Spouts.Chaos.CallTests";
    private const string Administrators = "Spouts.Chaos.AdministratorTests";
    private const string Killed = $"{Calls}.A_spout_that_is_killed_in_a_call_goes_on_where_it_was";
    private const string Broken = $"{Calls}.A_call_that_breaks_or_whose_reply_is_lost_is_looked_up_and_never_repeated_blindly";
    private const string Zombies = $"{Calls}.A_zombie_cannot_publish_after_it_was_fenced";
    private const string Squashed = $"{Administrators}.Squashed_commits_leave_their_data_once";
    private const string Adversary = "Spouts.Tests.Adversary";
    private const string Publisher = "Publishing/Publisher.cs";
    private const string Recipe = "Publishing/Recipe.cs";
    private const string Recovery = "Publishing/Recovery.cs";
    private const string Witnesses = "Publishing/Witnesses.cs";
    private const string RunPlaces = "Batching/RunPlaces.cs";
    private const string RunStager = "Batching/RunStager.cs";
    private const string Cuts = $"{Adversary}.CutModelTests.Wherever_a_run_is_cut_or_fails_nothing_is_lost_and_nothing_doubled";
    private const string SourceLoop = "Scheduling/SourceLoop.cs";
    private const string SourceRunner = "Scheduling/SourceRunner.cs";
    private const string BelowAVoid = $"{Adversary}.ForeignFinishTests.A_batch_whose_commit_lies_below_a_void_one_of_a_process_that_could_not_know_it_is_there_once";

    private static readonly Edit ParentUnchecked = new(
        Recipe, "opened.Parent == parent && opened.SpecCommit == specCommit", "opened.SpecCommit == specCommit");

    private static readonly Edit SizeNotCompared = new(Witnesses, "&& file.SizeBytes > witness.Size;", "&& file.SizeBytes < 0;");

    private static readonly Edit NotCompared = new(
        Recovery, "if (!await ChangesAsync(commit, cancellationToken).ConfigureAwait(false))", "if (commit.Id.Length == 0)");

    private static readonly Edit NotNothing = new(Recovery, "if (pending.Parent != commit.Parent)\n            {\n                //", "if (pending.Parent.Length == 0)\n            {\n                //");

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("SIGKILL of the spout", "a recovery finishes what is open", Killed,
            new Edit(Recovery, "            open.Push(commit);\n", "")),
        new("SIGKILL of the spout", "the source is acknowledged only when its commit is FINISHED", Killed,
            new Edit(SourceRunner, "            switch (await PublishAsync(batch, context",
                "            await Acknowledger.AcknowledgeAsync(batch.Acknowledgements, new CommittedBatch(\"\", 0, 0, 0), context, cancellation).ConfigureAwait(false);\n            switch (await PublishAsync(batch, context")),
        new("SIGKILL of the spout", "items that the ledger has are not published again", $"{Calls}.An_item_that_is_delivered_again_is_acknowledged_and_not_brought_in_twice",
            new Edit("Batching/KnownItems.cs", "return _published.TryGetValue(id, out content) || ", "return ")),
        new("SIGKILL of pachd", "a recovery waits for a server that does not answer", $"{Calls}.A_pachd_that_is_killed_is_waited_for",
            new Edit(Publisher, "failed.Kind is PachydermErrorKind.Unreachable or PachydermErrorKind.NotFinished", "failed.Kind is PachydermErrorKind.NotFinished")),
        new("zombie", "the parent of an opened commit is checked", Zombies, ParentUnchecked),
        new("zombie", "a batch is dropped where its source's entry has moved", Zombies,
            new Edit(Publisher, "if (ledger.Entry(source) != from)", "if (ledger.Entry(source) == null && from == null)")),
        new("connection reset", "a run that could not be staged runs again", Broken,
            new Edit(SourceLoop, "failed.Kind is PachydermErrorKind.Unreachable or PachydermErrorKind.Unexpected", "failed.Kind is PachydermErrorKind.Unexpected")),
        new("lost reply", "a batch whose outcome is unknown is looked up", Broken,
            new Edit(Publisher, "found.CountingBatches.TryGetValue(after.BatchId, out string? published)", "found.CountingBatches.TryGetValue(\"\", out string? published)")),
        new("lost reply", "a pending commit has a witness", Broken,
            new Edit(Witnesses, "if (change.Bytes > 0 || before is null)", "if (before is { SizeBytes: < 0 })")),
        new("lost reply", "a file that is too long to be compared is no witness of appends",
            "Spouts.Tests.Publishing.DoubtTests.A_batch_with_more_appends_than_are_kept_is_refused_where_all_that_could_tell_is_too_long_to_compare",
            new Edit(Witnesses, "            equal.RemoveAll(static before => before.SizeBytes > LargestCompared);", "            equal.RemoveAll(static before => before.SizeBytes < 0);")),
        new("stall", "no call is sent again because it takes long, nor is the size of an append compared", $"{Calls}.A_call_that_stalls_is_waited_for",
            new Edit("Pachyderm/OutputRepo.cs", "using AsyncUnaryCall<T> call = start(Options(CallDeadline, cancellation));",
                "AsyncUnaryCall<T> call = start(Options(CallDeadline, cancellation));\n        if (await Task.WhenAny(call.ResponseAsync, Task.Delay(200, cancellation)) != call.ResponseAsync)\n            call = start(Options(CallDeadline, cancellation));"),
            SizeNotCompared),
        new("update", "the spec commit of an opened commit is checked", $"{Administrators}.An_update_ends_the_process_before_it_whose_commits_stay_of_its_version",
            new Edit(Recipe, "opened.Parent == parent && opened.SpecCommit == specCommit", "opened.Parent == parent")),
        new("update", "a recovery asks first whether its process still belongs to the pipeline",
            "Spouts.Tests.Publishing.CrashTests.An_old_process_that_has_nothing_to_bring_ends_and_disturbs_its_successor_in_nothing",
            new Edit(Publisher, "                await recipe.RequireCurrentAsync(cancellation).ConfigureAwait(false);\n", "")),
        new("stop and start", "a recovery finishes the oldest open commit first", $"{Administrators}.A_stop_and_start_over_an_open_commit_blocks_nothing",
            new Edit(Recovery, "foreach (CommitView left in open)", "foreach (CommitView left in open.Reverse())")),
        new("foreign put file", "the size of an append is compared before it is published",
            $"{Administrators}.What_somebody_puts_into_an_open_commit_changes_nothing_of_the_batch", SizeNotCompared),
        new("squash", "a pending commit counts also where the parent that it names is gone", Squashed,
            new Edit(Recovery, "if (await ExistsAsync(pending.Parent, cancellationToken).ConfigureAwait(false))\n                return null;", "return null;")),
        new("squash", "of all ledgers that could count, the one with the highest number does, nor is a commit compared with its parent", Squashed,
            new Edit(Recovery, "(final ? ledger.Number >= best.Ledger.Number : ledger.Number > best.Ledger.Number)", "false"), NotCompared),
        new("drop", "a pending commit whose parent was dropped has nothing of that one's ledger", $"{Adversary}.DroppedParentTests.A_batch_that_undoes_what_the_dropped_parent_did_is_not_taken_for_published",
            NotCompared, NotNothing),
        new("drop", "an open commit on another parent than it names is finished so that it never counts",
            $"{Adversary}.DroppedParentTests.What_somebody_puts_into_a_commit_behind_a_drop_makes_no_batch_of_it", NotNothing),
        new("drop", "a process that never attached its batch does not believe that it counts",
            $"{Adversary}.DroppedParentTests.A_batch_that_undoes_what_the_dropped_parent_did_is_not_taken_for_published",
            NotCompared, NotNothing, new Edit(Recovery, "doubt?.After.BatchId != pending.BatchId || doubt.WasAttached", "doubt is null || true")),
        new("squash", "state without data that was squashed away is told from state that was dropped",
            $"{Adversary}.DroppedParentTests.State_without_data_that_was_squashed_into_a_commit_that_got_no_batch_stays",
            new Edit(Recovery, "pending.Data is { } data && data != pending.Parent", "pending.Data is { Length: 0 } data && data != pending.Parent")),
        new("finished by hand", "a process knows its own commit by its id", $"{Adversary}.ForeignFinishTests.A_commit_that_is_finished_by_hand_neither_loses_nor_doubles_its_batch",
            new Edit(Recovery, "(Describe(commit) ?? opened) is { } description", "Describe(commit) is { } description")),
        new("finished by hand", "a recovery knows what it found open",
            $"{Adversary}.ForeignFinishTests.A_commit_of_a_dead_process_that_is_finished_by_hand_while_its_successor_looks_neither_loses_nor_doubles_its_batch",
            new Edit(Recovery, "            known[commit.Id] = pending;\n", "")),
        new("finished by hand", "a batch that was attached is looked for below the void commit of a process that could not know it", BelowAVoid,
            new Edit(Recovery, "doubt is { WasAttached: true, Opened: { } offered } ? offered.Before.Number : doubt?.After.Number ?? 0", "doubt?.After.Number ?? 0")),
        new("finished by hand", "a ledger that only its own process knows counts although a void commit stands above it", BelowAVoid,
            new Edit(Recovery, "(!decided || (commit.Id == doubt?.Commit && ledger.Number > best!.Ledger.Number))", "!decided")),
        new("cleared by hand", "an append is looked for in its commit before it is acknowledged", $"{Adversary}.ForeignFinishTests.A_batch_whose_commit_is_cleared_before_it_is_finished_comes_again",
            new Edit(Recipe, "if (witness is not null && !await witnesses.IsKeptAsync(witness, commit, cancellation).ConfigureAwait(false))", "if (witness is { Path: \"\" })")),
        new("cleared by hand", "a commit that has its batch in part is not taken for a cleared one", $"{Adversary}.ForeignFinishTests.A_batch_of_which_somebody_wrote_over_a_file_does_not_come_again",
            new Edit(Recovery, "cancellationToken).ConfigureAwait(false)\n        && !await ChangesAsync(commit, cancellationToken).ConfigureAwait(false);", "cancellationToken).ConfigureAwait(false);")),
        new("cleared by a recovery", "a recovery knows what it cleared although its writer finished it",
            $"{Adversary}.ForeignFinishTests.A_commit_that_a_recovery_clears_and_its_writer_then_finishes_brings_neither_ledger_nor_batch",
            new Edit(Recovery, "            known[commit.Id] = pending;\n", "")),
        new("cleared by a recovery", "a process does not believe the ledger of its own commit whose data is gone",
            $"{Adversary}.ForeignFinishTests.A_writer_that_finished_what_a_recovery_cleared_leaves_its_batch_to_the_process_that_went_on",
            new Edit(Recovery, "case CommitDescription.Final when opened is not null &&", "case CommitDescription.Final when opened is { Parent: \"\" } &&")),
        new("foreign put file", "a void commit that somebody wrote into is passed by", $"{Adversary}.ForeignFinishTests.What_somebody_writes_into_a_void_commit_is_passed_by_and_no_more_often_than_twice",
            new Edit(Publisher, "when (++collided < MostMends)", "when (collided < 0)")),
        new("drop", "a commit is compared with the data below a parent that ended with an error",
            $"{Adversary}.DroppedParentTests.A_commit_behind_a_drop_down_to_one_that_ended_with_an_error_brings_no_ledger_back",
            new Edit(Recovery, "is { Error.Length: > 0 } errored", "is { Error.Length: > int.MaxValue - 1 } errored")),
        new("attached twice", "a recovery clears a commit that has more than its batch", $"{Adversary}.ForeignFinishTests.An_append_that_was_attached_twice_by_a_process_that_died_is_there_once",
            SizeNotCompared),
        new("collision", "an append that cannot be read is left to the late error", $"{Adversary}.CollidingAppendTests.An_append_to_a_path_that_is_a_folder_goes_to_the_dead_letters_and_its_batch_goes_on",
            new Edit(Witnesses, "when (Collisions.IsOne(collides))", "when (collides.Message.Length == 0)")),
        new("collision", "a repaired batch that may be published is not given back", $"{Adversary}.CollisionRepairTests.A_repaired_batch_that_may_be_published_is_not_given_back",
            new Edit(Publisher, "                batch.WasOffered |= mended.WasOffered;\n", "")),
        new("collision", "a file that a source yields where dead letters are replaces none",
            "Spouts.Tests.Scheduling.DeadLetterTests.A_file_that_a_source_yields_where_dead_letters_are_becomes_one_and_spoils_none",
            new Edit(RunStager, " ?? DeadLetter.Misplaced(file)", "")),
        new("timeout", "a source that returns because it was cut has not come to its end", $"{Adversary}.ResiliencePipelineTests.A_source_that_returns_because_a_timeout_cut_it_is_not_done",
            new Edit(RunStager, "                reading.ThrowIfCancellationRequested();\n", "")),
        new("[Batch]", "a run with cursors is cut only between two files between which they have moved", Cuts,
            new Edit(RunPlaces, "(hasNext && _cursors[i].Write() != last[i]);", "hasNext;")),
        new("[Batch]", "a page whose token some page before had is not cut either", Cuts,
            new Edit(RunPlaces, "!HasLeft(i) || (hasNext", "last[i] == _cut[i] || (hasNext")),
        new("[Batch]", "a run is cut only behind files that carry what any file has carried", Cuts,
            new Edit(RunPlaces, "_cursors[i].IsCarried ? _carried[i]\n                : ", "_carried[i]\n                || ")),
        new("[Batch]", "a run whose cursors move behind its files is cut nowhere", Cuts,
            new Edit(RunPlaces, "return isBehind && (_appends || assigned > 1);", "return false;")),
        new("[Batch]", "a run that brings all of it again and appends it is cut nowhere", Cuts,
            new Edit(RunStager, "Places.HasCursors || GoesOn || !Places.Appends;", "true;")),
        new("unreadable file", "a batch that a broken content has spoilt is not kept", Cuts, new Edit(RunStager, " && open.IsIntact", "")),
        new("unreadable file", "what cannot be read under the id of a published item is not taken for that item",
            $"{Adversary}.UnreadableFileTests.What_comes_unreadable_under_the_id_of_a_published_item_leaves_a_dead_letter",
            new Edit("Batching/OpenBatch.cs", "!(isPublished && isReadable)", "!isPublished")),
        new("refusal", "what is refused five times ends the process", $"{Adversary}.RefusalTests.What_is_refused_five_times_in_a_row_ends_the_process_with_what_the_server_said",
            new Edit("Publishing/Refusals.cs", "if (_equal < MaxEqual)", "if (_equal < int.MaxValue)")),
        new("long history", "a recovery stops below the batch that it looks for", $"{Adversary}.HistoryTests.A_recovery_takes_as_many_calls_however_long_the_history_is",
            new Edit(Recovery, "private const int MaxInspected = 4;", "private const int MaxInspected = int.MaxValue;"),
            new Edit(Recovery, "reached |= final && ledger.Number < lowest;", "reached |= final && ledger.Number < 0;"),
            new Edit(Recovery, "reached |= commit.Id == doubt?.Commit || commit.Id == doubt?.Opened?.Parent;", "")),
        new("token revoked", "a token that is not valid is told from a server that is away", $"{Administrators}.A_process_whose_token_is_revoked_ends_in_the_midst_of_its_batch",
            new Edit("Pachyderm/PachydermErrors.cs", "StatusCode.Unauthenticated => PachydermErrorKind.Unauthenticated", "StatusCode.Unauthenticated => PachydermErrorKind.Unreachable")),
        new("disk full", "a run that the server refused for reasons of its own runs again", $"{Administrators}.A_full_disk_is_waited_for",
            new Edit(SourceLoop, "failed.Kind is PachydermErrorKind.Unreachable or PachydermErrorKind.Unexpected", "failed.Kind is PachydermErrorKind.Unreachable")),
        new("late error", "a commit is waited for until it is FINISHED", "Spouts.Tests.Publishing.CrashTests.A_collision_that_is_not_the_batchs_own_ends_loudly_and_counts_for_nothing",
            new Edit(Recipe, "finished = await waiting.FinishedAsync(commit, cancellation)", "finished = await repo.InspectAsync(commit, cancellation)")),
        new("(time)", "a staged file set is renewed", "Spouts.Tests.Batching.FileSetLeaseTests.A_staged_file_set_is_renewed_long_before_it_expires",
            new Edit("Batching/FileSetLease.cs", "await _repo.RenewAsync(Id, Ttl, cancellationToken).ConfigureAwait(false);", "await Task.CompletedTask.ConfigureAwait(false);")),
    ];
}
