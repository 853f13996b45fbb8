using System.Text.RegularExpressions;
using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>The rules of triggers.</summary>
internal static partial class Triggers
{
    public static void Check(Tx tx, BranchRef branch, Trigger? trigger)
    {
        if (trigger is null)
            return;
        if (trigger.Branch.Length == 0)
            throw new PachException("triggers must specify a branch to trigger on");
        Names.Check(trigger.Branch);
        if (trigger.Size.Length > 0 && !HumanSize().IsMatch(trigger.Size))
            throw new PachException($"invalid trigger size: invalid size: '{trigger.Size}'");
        if (trigger.Commits < 0)
            throw new PachException("can't trigger on a negative number of commits");
        RepoRow repo = Repos.Get(tx, branch.Repo);
        for (string? next = trigger.Branch; next is not null;)
        {
            if (next == branch.Name)
                throw new PachException("triggers cannot form a loop");
            next = Trigger.FromJson(tx.Branch(repo.Id, next)?.TriggerJson)?.Branch;
        }
    }

    public static void CheckTarget(Tx tx, BranchRef branch, Trigger trigger)
    {
        BranchRef target = branch with { Name = trigger.Branch };
        if (Branches.Find(tx, target) is null)
            PachException.Within<bool>("updating branch trigger", () => throw Branches.NotFoundRow(tx, target));
    }

    [GeneratedRegex(@"^\d+(\.\d+)* ?[kKmMgGtTpP]?[iI]?[bB]?\z")]
    private static partial Regex HumanSize();
}
