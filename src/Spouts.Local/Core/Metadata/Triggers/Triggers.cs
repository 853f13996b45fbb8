using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>The rules of triggers, and what a finished commit sets off.</summary>
internal static class Triggers
{
    public static Trigger? Trigger(this BranchRow branch) => Metadata.Trigger.FromJson(branch.TriggerJson);

    public static void Check(Tx tx, BranchRef branch, Trigger? trigger)
    {
        if (trigger is null)
            return;
        if (trigger.Branch.Length == 0)
            throw new PachException("triggers must specify a branch to trigger on");
        Names.Check(trigger.Branch);
        if (trigger.RateLimit.Length > 0)
            PachException.Within("invalid trigger rate limit spec", () => CronSchedule.Parse(trigger.RateLimit));
        if (trigger.Size.Length > 0)
            PachException.Within("invalid trigger size", () => HumanSize.Parse(trigger.Size));
        if (trigger.Commits < 0)
            throw new PachException("can't trigger on a negative number of commits");
        if (trigger.Cron.Length > 0)
            PachException.Within("invalid trigger cron spec", () => CronSchedule.Parse(trigger.Cron));
        RepoRow repo = Repos.Get(tx, branch.Repo);
        for (string? next = trigger.Branch; next is not null;)
        {
            if (next == branch.Name)
                throw new PachException("triggers cannot form a loop");
            next = tx.Branch(repo.Id, next)?.Trigger()?.Branch;
        }
    }

    /// <summary>Puts a trigger on a branch.</summary>
    public static void Set(Change change, BranchRef branch, long id, Trigger trigger)
    {
        BranchRef target = branch with { Name = trigger.Branch };
        if (Branches.Find(change.Tx, target) is null)
            PachException.Within<bool>("updating branch trigger", () => throw Branches.NotFoundRow(change.Tx, target));
        change.Tx.Execute("UPDATE branch SET trigger_json = @json WHERE id = @id", new { json = trigger.ToJson(), id });
        change.CronTriggers |= trigger.Cron.Length > 0;
    }

    /// <summary>A branch that a trigger ties to another goes only by force, and takes the trigger with it.</summary>
    public static void CheckDelete(Change change, BranchRow branch, bool force)
    {
        List<BranchRow> following = Following(change.Tx, branch);
        if (!force && following.Count > 0)
        {
            throw new PachException(
                $"branch \"{branch.Ref()}\" cannot be deleted because it is triggered by branches [{string.Join(' ', following.Select(b => b.Ref()))}]");
        }

        if (!force && branch.Trigger() is { } trigger)
        {
            throw new PachException(
                $"branch \"{branch.Ref()}\" cannot be deleted because it triggers branches [{branch.Ref() with { Name = trigger.Branch }}]");
        }

        foreach (BranchRow other in following)
            change.Tx.Execute("UPDATE branch SET trigger_json = NULL WHERE id = @Id", new { other.Id });
    }

    /// <summary>
    /// A commit was finished without an error: branches that follow its branch move to it if their conditions are met, and so
    /// do those that follow them.
    /// </summary>
    public static void Fire(Change change, CommitRow commit)
    {
        if (commit.BranchId is not { } branch)
            return;
        Queue<BranchRow> moved = new([change.Tx.BranchById(branch)]);
        while (moved.TryDequeue(out BranchRow? followed))
        {
            foreach (BranchRow following in Following(change.Tx, followed).Where(b => b.Id != branch && b.Head != commit.Id))
            {
                Trigger trigger = following.Trigger()!;
                if (trigger.Cron.Length > 0 || !IsMet(change.Tx, trigger, change.Tx.CommitById(following.Head!.Value), commit))
                    continue;
                Move(change, following, commit.Id);
                moved.Enqueue(following);
            }
        }
    }

    /// <summary>Lets a branch follow its trigger; what is downstream of it gets new commits.</summary>
    public static void Move(Change change, BranchRow branch, long head)
    {
        change.Tx.SetHead(branch.Id, head, change.Now);
        change.Propagate.Add(branch.Id);
        change.Touched.Add(branch.RepoId);
    }

    private static List<BranchRow> Following(Tx tx, BranchRow branch)
        => tx.BranchesOf(branch.RepoId).FindAll(other => other.Trigger()?.Branch == branch.Name);

    private static bool IsMet(Tx tx, Trigger trigger, CommitRow old, CommitRow now)
    {
        List<bool> conditions = [];
        if (trigger.Size.Length > 0)
            conditions.Add((now.SizeBytes ?? 0) - (old.SizeBytes ?? 0) >= HumanSize.Parse(trigger.Size));
        if (trigger.RateLimit.Length > 0)
            conditions.Add(CronSchedule.Parse(trigger.RateLimit).Next(Time(old)) < Time(now));
        if (trigger.Commits > 0)
            conditions.Add(HaveBeen(tx, trigger.Commits, old, now));
        // Without any condition a trigger never fires, unless it asks for all of them.
        return trigger.All ? conditions.TrueForAll(met => met) : conditions.Contains(true);
    }

    private static DateTime Time(CommitRow commit) => DateTime.UnixEpoch.AddTicks(commit.Finishing ?? 0);

    // The empty commit that a branch was made with does not count. The root is counted even if the branch is at it already,
    // as in the real server.
    private static bool HaveBeen(Tx tx, long wanted, CommitRow old, CommitRow now)
    {
        CommitRow at = now;
        for (long counted = 0; counted < wanted; counted++)
        {
            if (at.Parent is null)
                return at.Origin != (int)Origin.Auto && counted + 1 == wanted;
            if (at.Id == old.Id)
                return false;
            at = tx.CommitById(at.Parent.Value);
        }

        return true;
    }
}
