namespace Spouts.Chaos.Mutations;

/// <summary>Each step that protects from a fault, and the test that fails without it.</summary>
internal static class MutationList
{
    private const string Calls = "Spouts.Chaos.CallTests";
    private const string Administrators = "Spouts.Chaos.AdministratorTests";
    private const string Crashes = "Spouts.Tests.Publishing.CrashTests";
    private const string Killed = $"{Calls}.A_spout_that_is_killed_in_a_call_goes_on_where_it_was";
    private const string Broken = $"{Calls}.A_call_that_breaks_or_whose_reply_is_lost_is_looked_up_and_never_repeated_blindly";
    private const string Zombies = $"{Calls}.A_zombie_cannot_publish_after_it_was_fenced";
    private const string Publisher = "Publishing/Publisher.cs";
    private const string Recovery = "Publishing/Recovery.cs";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("SIGKILL of the spout", "open commits are finished by a recovery", Recovery,
            "            open.Push(id);\n", "", Killed),
        new("SIGKILL of the spout", "the source is acknowledged only when the commit is FINISHED", "Scheduling/SourceRunner.cs",
            "            switch (await publisher.PublishAsync(", "            await _acknowledger.AcknowledgeAsync(batch.Acknowledgements, \"\", cancellation).ConfigureAwait(false);\n            switch (await publisher.PublishAsync(", Killed),
        new("SIGKILL of pachd", "a recovery waits for a server that does not answer", Publisher,
            "failed.Kind is PachydermErrorKind.Unreachable or PachydermErrorKind.NotFinished", "failed.Kind is PachydermErrorKind.NotFinished",
            $"{Calls}.A_pachd_that_is_killed_is_waited_for"),
        new("zombie", "an opened commit's parent is checked", Publisher,
            "opened.Parent == parent && opened.SpecCommit == specCommit", "opened.SpecCommit == specCommit", Zombies),
        new("zombie", "a batch is dropped when its source's entry moved", Publisher,
            "if (position.Ledger.Entry(step.Source) != step.Base)", "if (position.Ledger.Number < 0)", Zombies),
        new("connection reset", "a run that could not be staged runs again", "Scheduling/SourceLoop.cs",
            "failed.Kind is PachydermErrorKind.Unreachable or PachydermErrorKind.Unexpected", "failed.Kind is PachydermErrorKind.HeadOpen", Broken),
        new("lost reply", "a batch whose outcome is unknown is looked up", Publisher,
            "if (found.CountingBatches.TryGetValue(after.BatchId, out string? published))\n                    return Confirmed(published, after);",
            "position = position with { Head = found.Head };\n                _position = position;", Broken),
        new("lost reply", "a pending commit has a witness", "Publishing/Witnesses.cs",
            "                case FileChange.Append when staged > 0 || (staged is 0 && before is null):\n                    return new(path, (before?.SizeBytes ?? 0) + staged);\n", "", Broken),
        new("update", "an opened commit's spec commit is checked", Publisher,
            "opened.Parent == parent && opened.SpecCommit == specCommit", "opened.Parent == parent",
            $"{Administrators}.An_update_ends_the_process_before_it_whose_commits_stay_of_its_version"),
        new("stop and start", "a recovery finishes the oldest open commit first", Recovery,
            "foreach (string id in open)", "foreach (string id in open.Reverse())",
            $"{Administrators}.A_stop_and_start_over_an_open_commit_blocks_nothing"),
        new("foreign put file", "the size of an append is compared before it is published", "Publishing/Witnesses.cs",
            "&& file.SizeBytes > witness.Size;", "&& file.SizeBytes < 0;",
            $"{Administrators}.What_somebody_puts_into_an_open_commit_changes_nothing_of_the_batch"),
        new("drop", "an opened commit's parent is checked", Publisher,
            "opened.Parent == parent && opened.SpecCommit == specCommit", "opened.SpecCommit == specCommit",
            $"{Administrators}.Dropped_commits_take_data_and_cursor_back_together"),
        new("token revoked", "a process without a valid token ends", Publisher,
            "Kind: not (PachydermErrorKind.Unauthenticated or PachydermErrorKind.PermissionDenied", "Kind: not (PachydermErrorKind.PermissionDenied",
            $"{Administrators}.A_process_whose_token_is_revoked_ends_in_the_midst_of_its_batch"),
        new("disk full", "a recovery waits for a server that refuses for reasons of its own", Publisher,
            "or PachydermErrorKind.AlreadyFinished or PachydermErrorKind.Unexpected", "or PachydermErrorKind.AlreadyFinished",
            $"{Administrators}.A_full_disk_is_waited_for"),
    ];
}
