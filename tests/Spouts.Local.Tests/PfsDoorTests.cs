using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Transaction;
using Xunit;
using File = Spouts.Pachyderm.Protos.Pfs.File;
using static Spouts.Local.Tests.DoorFixture;

namespace Spouts.Local.Tests;

/// <summary>Answers of <c>pfs_v2</c> and <c>transaction_v2</c> that no recording shows, as Pachyderm's source has them.</summary>
public sealed class PfsDoorTests(DoorFixture door) : IClassFixture<DoorFixture>
{
    [Fact]
    public async Task An_empty_root_is_missed_backwards_only()
    {
        Repo repo = await door.RepoAsync();
        await door.Pfs.CreateBranchAsync(new CreateBranchRequest { Branch = Branch(repo) });
        CommitInfo head = await door.FinishedAsync(Head(repo));
        WalkFileRequest walk = new() { File = new File { Commit = Head(repo), Path = "/" } };
        Assert.Empty(await ListAsync(door.Pfs.WalkFile(walk)));
        walk.Reverse = true;
        walk.Number = 1;
        Assert.Equal(
            $"NotFound: commit/{head.Commit.Id} does not contain item: ()", await RefusalAsync(() => ListAsync(door.Pfs.WalkFile(walk))));
    }

    [Fact]
    public async Task A_missing_file_is_named_as_the_caller_named_it()
    {
        Repo repo = await door.RepoAsync();
        await door.Pfs.CreateBranchAsync(new CreateBranchRequest { Branch = Branch(repo) });
        Assert.Equal(
            $"NotFound: file  not found in repo default/{repo.Name} at commit ",
            await RefusalAsync(async () => await door.Pfs.InspectFileAsync(new InspectFileRequest { File = new File { Commit = Head(repo) } })));
    }

    [Fact]
    public async Task A_list_of_commits_ends_at_a_commit_that_is_given_by_its_id_only()
    {
        Repo repo = await door.RepoAsync();
        CommitInfo first = await door.WriteAsync(repo, ("/a", "1"));
        await door.WriteAsync(repo, ("/a", "2"));
        Assert.Single(await ListAsync(door.Pfs.ListCommit(new ListCommitRequest { Repo = repo, To = Head(repo), From = Commit(repo, first.Commit.Id) })));
        Assert.Equal(2, (await ListAsync(door.Pfs.ListCommit(new ListCommitRequest { Repo = repo, To = Head(repo), From = Commit(repo, "master^") }))).Count);
        Assert.Equal(
            "Unknown: commit must have a repo",
            await RefusalAsync(() => ListAsync(door.Pfs.ListCommit(new ListCommitRequest { Repo = repo, To = new Commit { Id = first.Commit.Id } }))));
    }

    [Fact]
    public async Task A_difference_to_the_parent_asks_for_a_datum_on_the_new_side_only()
    {
        Repo repo = await door.RepoAsync();
        await door.WriteAsync(repo, ("/a", "1"));
        await door.WriteAsync(repo, ("/b", "2"));
        List<DiffFileResponse> diff = await ListAsync(door.Pfs.DiffFile(
            new DiffFileRequest { NewFile = new File { Commit = Head(repo), Path = "/", Datum = "none" } }));
        Assert.Equal(["/", "/a"], diff.Select(one => one.OldFile.File.Path));
    }

    [Fact]
    public async Task What_a_commit_changed_is_a_file_set_only_when_the_commit_can_be_read()
    {
        Repo repo = await door.RepoAsync();
        Commit parent = await door.Pfs.StartCommitAsync(new StartCommitRequest { Branch = Branch(repo) });
        await door.Pfs.FinishCommitAsync(new FinishCommitRequest { Commit = parent });
        await door.FinishedAsync(parent);
        Repo other = await door.RepoAsync();
        await door.Pfs.CreateBranchAsync(new CreateBranchRequest { Branch = Branch(other), Provenance = { Branch(repo) } });
        Commit open = (await door.Pfs.InspectBranchAsync(new InspectBranchRequest { Branch = Branch(other) })).Head;
        await door.WriteAsync(repo, ("/a", "1"));
        Commit child = (await door.Pfs.InspectBranchAsync(new InspectBranchRequest { Branch = Branch(other) })).Head;
        GetFileSetRequest diff = new() { Commit = child, Type = GetFileSetRequest.Types.FileSetType.Diff };
        Assert.Equal(
            $"Unknown: get file set: base commit default/{other.Name}@{open.Id} for commit default/{other.Name}@{child.Id} unfinished",
            await RefusalAsync(async () => await door.Pfs.GetFileSetAsync(diff)));
    }

    [Fact]
    public async Task A_commit_to_drop_needs_a_repo_of_its_own()
    {
        Repo repo = await door.RepoAsync();
        Commit commit = new() { Branch = Branch(repo) };
        const string refusal = "Unknown: pick commit tx: cannot pick commit with no repo";
        Assert.Equal(refusal, await RefusalAsync(async () => await door.Pfs.DropCommitAsync(new DropCommitRequest { Commit = commit })));
        Assert.Equal(refusal, await RefusalAsync(async () => await door.Pfs.SquashCommitAsync(new SquashCommitRequest { Commit = commit })));
    }

    [Fact]
    public async Task A_set_names_those_that_stand_on_it_through_others()
    {
        Repo top = await door.RepoAsync(), middle = await door.RepoAsync(), side = await door.RepoAsync(), bottom = await door.RepoAsync();
        CommitInfo first = await door.WriteAsync(top, ("/a", "1"));
        await door.WriteAsync(side, ("/a", "1"));
        string joint = (await door.Transactions.BatchTransactionAsync(new BatchTransactionRequest
        {
            Requests =
            {
                new TransactionRequest { CreateBranch = new CreateBranchRequest { Branch = Branch(middle), Provenance = { Branch(top) } } },
                new TransactionRequest { StartCommit = new StartCommitRequest { Branch = Branch(side) } },
            },
        })).Transaction.Id;
        await door.Pfs.CreateBranchAsync(new CreateBranchRequest { Branch = Branch(bottom), Provenance = { Branch(side) } });
        string last = (await door.Pfs.InspectBranchAsync(new InspectBranchRequest { Branch = Branch(bottom) })).Head.Id;
        string refusal = await RefusalAsync(
            async () => await door.Pfs.DropCommitSetAsync(new DropCommitSetRequest { CommitSet = new CommitSet { Id = first.Commit.Id } }));
        Assert.Equal(
            $"Unknown: commit set \"id:\\\"{first.Commit.Id}\\\"\" cannot be dropped because it has subvenant commit sets: "
            + $"[id:\"{joint}\" id:\"{last}\"]",
            refusal);
    }

    [Fact]
    public async Task Branches_of_all_repos_come_by_their_provenance()
    {
        Project project = new() { Name = "walks" };
        await door.Pfs.CreateProjectAsync(new CreateProjectRequest { Project = project });
        Repo down = await door.RepoAsync(project.Name), up = await door.RepoAsync(project.Name);
        await door.Pfs.CreateBranchAsync(new CreateBranchRequest { Branch = Branch(up) });
        await door.Pfs.CreateBranchAsync(new CreateBranchRequest { Branch = Branch(down), Provenance = { Branch(up) } });
        List<BranchInfo> all = await ListAsync(door.Pfs.ListBranch(new ListBranchRequest()));
        Assert.Equal([up.Name, down.Name], all.Select(branch => branch.Branch.Repo).Where(repo => repo.Project.Name == project.Name).Select(repo => repo.Name));
        List<BranchInfo> ofProject = await ListAsync(door.Pfs.ListBranch(new ListBranchRequest { Repo = new Repo { Project = project } }));
        Assert.Equal([down.Name, up.Name], ofProject.Select(branch => branch.Branch.Repo.Name));
    }

    [Fact]
    public async Task A_propagation_spec_is_of_a_branch_in_the_provenance()
    {
        Repo repo = await door.RepoAsync(), other = await door.RepoAsync();
        CreateBranchRequest request = new()
        {
            Branch = Branch(repo),
            BranchPropagationSpecs = { new BranchPropagationSpec { Branch = Branch(other), PropagationSpec = new PropagationSpec() } },
        };
        Assert.Equal(
            $"Unknown: branch propagation spec must reference provenant branch (referenced branch: default/{other.Name}.user@master)",
            await RefusalAsync(async () => await door.Pfs.CreateBranchAsync(request)));
    }

    [Fact]
    public async Task A_walk_of_branches_says_what_it_could_not_pick()
    {
        Repo repo = await door.RepoAsync();
        RepoPicker picker = new() { Name = new RepoPicker.Types.RepoName { Name = repo.Name } };
        WalkBranchProvenanceRequest walk = new() { Start = { new BranchPicker { Name = new BranchPicker.Types.BranchName { Repo = picker, Name = "none" } } } };
        Assert.Equal(
            "Unknown: walk branch provenance: pick branches: picking branch: picking repo: project picker cannot be nil",
            await RefusalAsync(() => ListAsync(door.Pfs.WalkBranchProvenance(walk))));
        picker.Name.Project = new ProjectPicker { Name = "default" };
        Assert.Equal(
            $"NotFound: walk branch provenance: pick branches: picking branch: branch (id=0, branch=default/{repo.Name}@none) not found",
            await RefusalAsync(() => ListAsync(door.Pfs.WalkBranchProvenance(walk))));
    }

    [Fact]
    public async Task Requests_in_a_batch_are_refused_as_they_are_alone_but_for_their_calls_prefixes()
    {
        Repo repo = await door.RepoAsync(), other = await door.RepoAsync();
        CommitInfo head = await door.WriteAsync(other, ("/a", "1"));
        await Check(new TransactionRequest { FinishCommit = new FinishCommitRequest() }, "check new file commit: commit cannot be nil");
        await Check(new TransactionRequest { DeleteRepo = new DeleteRepoRequest() }, "must specify repo");
        await Check(new TransactionRequest { DeleteBranch = new DeleteBranchRequest() }, "branch cannot be nil");
        await Check(
            new TransactionRequest { CreateBranch = new CreateBranchRequest { Branch = Branch(repo), Head = head.Commit } },
            "branch and head commit must belong to the same repo");
        await Check(
            new TransactionRequest { StartCommit = new StartCommitRequest { Branch = Branch(repo), Parent = new Commit { Branch = Branch(repo) } } },
            "start commit in transaction: create commit: parent commit not found: pick commit tx: cannot pick commit with no repo");
        BatchTransactionRequest pipeline = new() { Requests = { new TransactionRequest { CreatePipelineV2 = new Spouts.Pachyderm.Protos.Pps.CreatePipelineTransaction() } } };
        Assert.Equal(
            "Unknown: run pre-transaction operations: nil CreatePipelineRequest in CreatePipelineTransaction",
            await RefusalAsync(async () => await door.Transactions.BatchTransactionAsync(pipeline)));

        async Task Check(TransactionRequest request, string refusal)
            => Assert.Equal(
                $"Unknown: error running request 1 of 1: {refusal}",
                await RefusalAsync(async () => await door.Transactions.BatchTransactionAsync(new BatchTransactionRequest { Requests = { request } })));
    }

    [Fact]
    public async Task A_branch_that_a_transaction_moved_may_not_be_gone_at_its_end()
    {
        Repo repo = await door.RepoAsync();
        BatchTransactionRequest batch = new()
        {
            Requests =
            {
                new TransactionRequest { StartCommit = new StartCommitRequest { Branch = Branch(repo) } },
                new TransactionRequest { DeleteBranch = new DeleteBranchRequest { Branch = Branch(repo) } },
            },
        };
        Assert.Equal(
            $"NotFound: validate DAG at end of transaction: loading branch info for \"default/{repo.Name}@master\" during validation: "
            + $"get branch info: branch (id=0, branch=default/{repo.Name}@master) not found",
            await RefusalAsync(async () => await door.Transactions.BatchTransactionAsync(batch)));
    }

    [Fact]
    public async Task All_of_several_calls_at_once_find_their_way_into_one_transaction()
    {
        Transaction transaction = await door.Transactions.StartTransactionAsync(new StartTransactionRequest());
        Metadata inTransaction = new() { { "pach-transaction", transaction.Id } };
        string[] names = ["t1", "t2", "t3", "t4"];
        await Task.WhenAll(names.Select(name => door.Pfs.CreateRepoAsync(
            new CreateRepoRequest { Repo = new Repo { Project = new Project { Name = "default" }, Name = name, Type = "user" } }, inTransaction).ResponseAsync));
        TransactionInfo finished = await door.Transactions.FinishTransactionAsync(new FinishTransactionRequest { Transaction = transaction });
        Assert.Equal(names, finished.Requests.Select(request => request.CreateRepo.Repo.Name).Order());
    }

    [Fact]
    public async Task All_transactions_can_be_deleted_at_once()
    {
        Transaction transaction = await door.Transactions.StartTransactionAsync(new StartTransactionRequest());
        await door.Transactions.DeleteAllAsync(new DeleteAllRequest());
        Assert.Equal(
            $"NotFound: transactions {transaction.Id} not found",
            await RefusalAsync(async () => await door.Transactions.InspectTransactionAsync(new InspectTransactionRequest { Transaction = transaction })));
    }

    [Fact]
    public async Task Fsck_finds_a_head_that_does_not_stand_on_the_heads_below()
    {
        Repo up = await door.RepoAsync(), down = await door.RepoAsync();
        await door.WriteAsync(up, ("/a", "1"));
        await door.Pfs.CreateBranchAsync(new CreateBranchRequest
        {
            Branch = Branch(down),
            Provenance = { Branch(up) },
            BranchPropagationSpecs = { new BranchPropagationSpec { Branch = Branch(up), PropagationSpec = new PropagationSpec { Never = true } } },
        });
        await door.WriteAsync(up, ("/a", "2"));
        string expected = $"consistency error: parent branch default/{up.Name}@master commit is not in direct provenance of head of branch default/{down.Name}@master";
        Assert.Contains(expected, (await ListAsync(door.Pfs.Fsck(new FsckRequest()))).Select(response => response.Error));
    }

    [Fact]
    public async Task Fsck_finds_files_of_datums_that_the_meta_commit_does_not_know()
    {
        Repo repo = await door.RepoAsync();
        Repo meta = new(repo) { Type = "meta" };
        FsckRequest check = new() { ZombieTarget = Head(repo) };
        await door.WriteAsync(repo, ("/a", "1"));
        string missing = await RefusalAsync(() => ListAsync(door.Pfs.Fsck(check)));
        Assert.StartsWith($"NotFound: pick commit tx: commit default/{repo.Name}.meta@", missing, StringComparison.Ordinal);
        await door.Pfs.CreateRepoAsync(new CreateRepoRequest { Repo = meta });
        await door.WriteAsync(meta, ("/meta/other/meta", ""));
        Assert.Equal("stale datum default had file /a", (await ListAsync(door.Pfs.Fsck(check)))[^1].Error);
        await door.WriteAsync(meta, ("/meta/default/meta", ""));
        Assert.DoesNotContain(await ListAsync(door.Pfs.Fsck(check)), response => response.Error.StartsWith("stale", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_commit_is_forgotten_when_it_can_be_computed_again_and_is_no_head()
    {
        Repo up = await door.RepoAsync(), down = await door.RepoAsync();
        CommitInfo source = await door.WriteAsync(up, ("/a", "1"));
        Assert.Equal("Unknown: Forget Commit: the commit to be forgotten must be in an output repo", await ForgetRefusalAsync(source.Commit));
        await door.Pfs.CreateBranchAsync(new CreateBranchRequest { Branch = Branch(down), Provenance = { Branch(up) } });
        Commit first = await FinishHeadAsync();
        Assert.Equal(
            "Unknown: Forget Commit: list branch in transaction: for each branch: the branch head cannot be a forgotten commit",
            await ForgetRefusalAsync(first));
        await door.WriteAsync(up, ("/a", "2"));
        Assert.Equal("Unknown: Forget Commit: direct descendants must be closed", await ForgetRefusalAsync(first));
        await FinishHeadAsync();
        await ForgetAsync(first);
        Assert.Equal(
            "Unknown: the commit is forgotten",
            await RefusalAsync(() => ListAsync(door.Pfs.ListFile(new ListFileRequest { File = new File { Commit = first, Path = "/" } }))));

        async Task<Commit> FinishHeadAsync()
        {
            await door.Pfs.FinishCommitAsync(new FinishCommitRequest { Commit = Head(down) });
            return (await door.FinishedAsync(Head(down))).Commit;
        }

        Task<string> ForgetRefusalAsync(Commit commit) => RefusalAsync(() => ForgetAsync(commit));

        async Task ForgetAsync(Commit commit)
        {
            RepoPicker repo = new() { Name = new RepoPicker.Types.RepoName { Project = new ProjectPicker { Name = "default" }, Name = commit.Repo.Name } };
            await door.Pfs.ForgetCommitAsync(new ForgetCommitRequest
            {
                Commit = new CommitPicker { Id = new CommitPicker.Types.CommitByGlobalId { Repo = repo, Id = commit.Id } },
            });
        }
    }

    [Fact]
    public async Task The_storage_is_counted_in_chunks()
    {
        CheckStorageRequest check = new() { ReadChunkData = true };
        long before = (await door.Pfs.CheckStorageAsync(check)).ChunkObjectCount;
        await door.WriteAsync(await door.RepoAsync(), ("/a", Guid.NewGuid().ToString()));
        Assert.Equal(before + 1, (await door.Pfs.CheckStorageAsync(check)).ChunkObjectCount);
        check.ChunkBegin = ByteString.CopyFrom([.. Enumerable.Repeat((byte)255, 33)]);
        Assert.Equal(0, (await door.Pfs.CheckStorageAsync(check)).ChunkObjectCount);
    }
}
