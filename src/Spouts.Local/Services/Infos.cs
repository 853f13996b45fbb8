using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Files;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Pachyderm.Protos.Pfs;
using CommitState = Spouts.Local.Core.Metadata.CommitState;
using FileInfo = Spouts.Pachyderm.Protos.Pfs.FileInfo;

namespace Spouts.Local.Services;

/// <summary>Builds the protocol's descriptions of repos, branches, commits and files.</summary>
internal static class Infos
{
    public static ProjectInfo Project(Tx tx, Caller caller, ProjectRow row) => new()
    {
        Project = Wire.ToProject(row.Name),
        Description = row.Description,
        CreatedAt = Times.Timestamp(row.CreatedAt),
        CreatedBy = row.CreatedBy,
        AuthInfo = Auth(Access.Everything(tx, caller, ResourceRef.Project(row.Name))),
    };

    /// <param name="details">InspectRepo shows the size in details, ListRepo as an upper bound.</param>
    public static RepoInfo Repo(Tx tx, Caller caller, RepoRow row, bool details)
    {
        RepoInfo info = new()
        {
            Repo = row.Ref().ToProto(),
            Created = Times.Timestamp(row.CreatedAt),
            Description = row.Description,
            AuthInfo = PachException.Within(
                $"error getting access level for \"{row.Ref()}\"", () => Auth(Access.Everything(tx, caller, ResourceRef.Repo(row.Ref())))),
        };
        info.Branches.AddRange(tx.BranchesOf(row.Id).Select(branch => branch.Ref().ToProto()));
        long size = Repos.Size(tx, row);
        if (details)
            info.Details = new RepoInfo.Types.Details { SizeBytes = size };
        else
            info.SizeBytesUpperBound = size;
        return info;
    }

    public static BranchInfo Branch(Tx tx, BranchRow row)
    {
        BranchInfo info = new()
        {
            Branch = row.Ref().ToProto(),
            Head = row.Head is { } head ? tx.CommitById(head).Ref().ToProto() : null,
            Trigger = Core.Metadata.Trigger.FromJson(row.TriggerJson).ToProto(),
            CreatedAt = Times.Timestamp(row.CreatedAt),
            UpdatedAt = Times.Timestamp(row.UpdatedAt),
            CreatedBy = row.CreatedBy,
        };
        info.Provenance.AddRange(tx.Provenance(row.Id).Select(branch => branch.Ref().ToProto()));
        info.Subvenance.AddRange(tx.Subvenance(row.Id).Select(branch => branch.Ref().ToProto()));
        info.DirectProvenance.AddRange(tx.DirectProvenance(row.Id).Select(branch => branch.Ref().ToProto()));
        info.BranchPropagationSpecs.AddRange(tx.NotFollowed(row.Id).Select(branch => new BranchPropagationSpec
        {
            Branch = branch.Ref().ToProto(),
            PropagationSpec = new PropagationSpec { Never = true },
        }));
        return info;
    }

    public static CommitInfo Commit(Tx tx, CommitRow row)
    {
        CommitInfo info = new()
        {
            Commit = row.Ref().ToProto(),
            Origin = new CommitOrigin { Kind = (OriginKind)row.Origin },
            Description = row.Description,
            ParentCommit = row.Parent is { } parent ? tx.CommitById(parent).Ref().ToProto() : null,
            Started = Times.Timestamp(row.Started),
            Finishing = row.Finishing is { } finishing ? Times.Timestamp(finishing) : null,
            Finished = row.Finished is { } finished ? Times.Timestamp(finished) : null,
            Error = row.Error,
            Details = new CommitInfo.Types.Details(),
            CreatedAt = Times.Timestamp(row.CreatedAt),
            UpdatedAt = Times.Timestamp(row.UpdatedAt),
            CreatedBy = row.CreatedBy,
        };
        if (row.SizeBytes is { } size)
        {
            info.Details.SizeBytes = size;
            info.Details.CompactingTime = Wire.ToDuration(row.Compacting ?? 0);
            info.Details.ValidatingTime = Wire.ToDuration(row.Validating ?? 0);
        }

        info.ChildCommits.AddRange(tx.Children(row.Id).Select(commit => commit.Ref().ToProtoWithBranch()));
        info.DirectProvenance.AddRange(tx.DirectCommitProvenance(row.Id).Select(commit => commit.Ref().ToProtoWithBranch()));
        info.DirectSubvenance.AddRange(tx.DirectCommitSubvenance(row.Id).Select(commit => commit.Ref().ToProtoWithBranch()));
        return info;
    }

    /// <summary>As ListCommit shows it: with an upper bound of its size, unless that is not known yet.</summary>
    public static CommitInfo ListedCommit(Tx tx, CommitRow row)
    {
        CommitInfo info = Commit(tx, row);
        info.SizeBytesUpperBound = row is { SizeBytes: { } size, Error: "", HasTotal: true } ? size : CommitSizes.UpperBound(tx, row);
        return info;
    }

    /// <summary>What <c>InspectCommit</c> answers about a file set.</summary>
    public static CommitInfo VirtualCommit(Commit commit) => new()
    {
        Commit = new Commit { Repo = commit.Repo ?? commit.Branch?.Repo, Id = commit.Id },
        Description = "FileSet - Virtual Commit",
        Finished = Times.Timestamp(0),
    };

    public static FileInfo File(OpenedFiles opened, FileNode node) => new()
    {
        File = new Pachyderm.Protos.Pfs.File { Commit = opened.Commit.ToProto(), Path = node.Path, Datum = node.Entry.Datum },
        FileType = node.IsDirectory ? FileType.Dir : FileType.File,
        Committed = opened.Committed is { } committed ? Times.Timestamp(committed) : null,
        SizeBytes = node.Size,
        Hash = Google.Protobuf.ByteString.CopyFrom(node.Hash.ToArray()),
    };

    // Null while auth is off.
    private static AuthInfo? Auth(Evaluation? evaluation)
    {
        if (evaluation is null)
            return null;
        AuthInfo info = new();
        foreach (Role role in evaluation.RolesShown())
        {
            info.Roles.Add(role.Name);
            info.Permissions.AddRange(role.Permissions);
        }

        return info;
    }

    public static CommitState ToCore(this Pachyderm.Protos.Pfs.CommitState state) => (CommitState)state;
}
