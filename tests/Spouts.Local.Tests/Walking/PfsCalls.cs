using Google.Protobuf;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Storage;
using AppendFile = Spouts.Pachyderm.Protos.Storage.AppendFile;

namespace Spouts.Local.Tests.Walking;

/// <summary>The mutating calls of pfs_v2.API and storage.Fileset.</summary>
internal static class PfsCalls
{
    /// <summary>The repo that the transform pipeline reads: commits come, none goes.</summary>
    public const string Input = "in";

    private const string Side = "-x";
    private static readonly string[] s_repos = ["r0", "r1"];

    public static IEnumerable<WalkCall> All { get; } =
    [
        new("/pfs_v2.API/CreateProject", _ => true, async w =>
        {
            string description = w.Fresh();
            bool update = w.Known.Has("side project");
            w.Will(f => f["side project"] = description);
            await w.Server.Pfs.CreateProjectAsync(new() { Project = SideProject(w), Description = description, Update = update });
        }),
        new("/pfs_v2.API/DeleteProject", f => f.Has("side project") && f.Under("side repo ").Count == 0, async w =>
        {
            w.Will(f => f.Remove("side project"));
            await w.Server.Pfs.DeleteProjectAsync(new() { Project = SideProject(w) });
        }),
        new("/pfs_v2.API/CreateRepo", f => f.Has("side project"), async w =>
        {
            string name = w.Fresh();
            w.Will(f => f[$"side repo {name}"] = "");
            await w.Server.Pfs.CreateRepoAsync(new() { Repo = w.Repo(name, Side) });
        }),
        new("/pfs_v2.API/DeleteRepos", f => f.Under("side repo ").Count > 0, async w =>
        {
            w.Will(f => f.Forget("side repo "));
            await w.Server.Pfs.DeleteReposAsync(new() { Projects = { SideProject(w) } });
        }),
        OnRepo("CreateRepo", (_, _) => true, async (w, repo) =>
        {
            string description = w.Fresh();
            bool update = w.Known.Has($"repo {repo}");
            w.Will(f => f[$"repo {repo}"] = description);
            await w.Server.Pfs.CreateRepoAsync(new() { Repo = w.Repo(repo), Description = description, Update = update });
        }),
        OnRepo("DeleteRepo", (f, repo) => f.Has($"repo {repo}"), async (w, repo) =>
        {
            w.Will(f =>
            {
                f.Remove($"repo {repo}");
                f.Forget($"commit {repo} ");
                f.Remove($"branch {repo}");
            });
            await w.Server.Pfs.DeleteRepoAsync(new() { Repo = w.Repo(repo), Force = true });
        }),
        OnRepo("CreateBranch", HasClosedHead, async (w, repo) =>
        {
            w.Will(f => f[$"branch {repo}"] = $"at {f.Commits(repo).Count - 1}");
            await w.Server.Pfs.CreateBranchAsync(new() { Branch = w.Branch(repo, "side"), Head = w.Head(repo) });
        }),
        OnRepo("DeleteBranch", (f, repo) => f.Has($"branch {repo}"), async (w, repo) =>
        {
            w.Will(f => f.Remove($"branch {repo}"));
            await w.Server.Pfs.DeleteBranchAsync(new() { Branch = w.Branch(repo, "side") });
        }),
        OnRepo("StartCommit", (f, repo) => f.Has($"repo {repo}") && !f.IsOpen(repo), async (w, repo) =>
        {
            w.Will(f => f.SetCommits(repo, [.. f.Commits(repo), Facts.Open + FilesOfHead(f, repo)]));
            await w.Server.Pfs.StartCommitAsync(new() { Branch = w.Branch(repo) });
        }),
        OnRepo("FinishCommit", (f, repo) => f.IsOpen(repo), async (w, repo) =>
        {
            w.Will(f => SetHead(f, repo, Facts.Closed + FilesOfHead(f, repo)));
            await w.Server.Pfs.FinishCommitAsync(new() { Commit = w.Head(repo) });
        }),
        OnRepo("ClearCommit", (f, repo) => f.IsOpen(repo), async (w, repo) =>
        {
            w.Will(f => SetHead(f, repo, Facts.Open + (f.Commits(repo) is [.., { } parent, _] ? Facts.Files(Facts.Files(parent)) : "")));
            await w.Server.Pfs.ClearCommitAsync(new() { Commit = w.Head(repo) });
        }),
        OnRepo("ModifyFile", (f, repo) => f.Has($"repo {repo}"), async (w, repo) =>
        {
            Dictionary<string, string> files = NewFiles(w);
            w.Will(f =>
            {
                if (f.IsOpen(repo))
                    SetHead(f, repo, Facts.Added(f.Commits(repo)[^1], files));
                else
                    f.SetCommits(repo, [.. f.Commits(repo), Facts.Added(Facts.Closed + FilesOfHead(f, repo), files)]);
            });
            await WriteAsync(w, repo, files);
        }),
        new("/pfs_v2.API/ModifyFile", _ => true, async w =>
        {
            w.Will(f =>
            {
                f["commits in"] = $"{int.Parse(f["commits in"], System.Globalization.CultureInfo.InvariantCulture) + 1}";
                PpsCalls.AddJob(f);
            });
            await WriteAsync(w, Input, NewFiles(w));
        }),
        OnRepo("AddFileSet", (f, repo) => f.IsOpen(repo) && f.Under("fileset ").Count > 0, async (w, repo) =>
        {
            string handle = AnyFileSet(w);
            w.Will(f => SetHead(f, repo, Facts.Added(f.Commits(repo)[^1], Facts.Files(f[$"fileset {handle}"]))));
            await w.Server.Pfs.AddFileSetAsync(new() { Commit = w.Head(repo), FileSetId = handle });
        }),
        OnRepo("DropCommit", MayDrop, async (w, repo) =>
        {
            Commit head = await CommitAsync(w, repo, 0);
            w.Will(f => DropHead(f, repo));
            await w.Server.Pfs.DropCommitAsync(new() { Commit = head });
        }),
        OnRepo("DropCommitSet", MayDrop, async (w, repo) =>
        {
            Commit head = await CommitAsync(w, repo, 0);
            w.Will(f => DropHead(f, repo));
            await w.Server.Pfs.DropCommitSetAsync(new() { CommitSet = new CommitSet { Id = head.Id } });
        }),
        OnRepo("SquashCommit", MaySquash, async (w, repo) =>
        {
            Commit parent = await CommitAsync(w, repo, 1);
            w.Will(f => DropParent(f, repo));
            await w.Server.Pfs.SquashCommitAsync(new() { Commit = parent });
        }),
        OnRepo("SquashCommitSet", MaySquash, async (w, repo) =>
        {
            Commit parent = await CommitAsync(w, repo, 1);
            w.Will(f => DropParent(f, repo));
            await w.Server.Pfs.SquashCommitSetAsync(new() { CommitSet = new CommitSet { Id = parent.Id } });
        }),
        new("/pfs_v2.API/CreateFileSet", _ => true, async w =>
        {
            Dictionary<string, string> files = NewFiles(w);
            using AsyncClientStreamingCall<ModifyFileRequest, CreateFileSetResponse> stream = w.Server.Pfs.CreateFileSet();
            foreach (ModifyFileRequest message in Messages(files))
                await stream.RequestStream.WriteAsync(message);
            await stream.RequestStream.CompleteAsync();
            string handle = (await stream).FileSetId;
            w.Learned(f => f[$"fileset {handle}"] = Facts.Files(files));
        }),
        OnFileSet("/pfs_v2.API/RenewFileSet", async (w, handle) => await w.Server.Pfs.RenewFileSetAsync(new() { FileSetId = handle, TtlSeconds = 1800 })),
        OnFileSet("/pfs_v2.API/ComposeFileSet", async (w, handle) =>
        {
            string other = AnyFileSet(w);
            string made = (await w.Server.Pfs.ComposeFileSetAsync(new() { FileSetIds = { handle, other }, TtlSeconds = 600 })).FileSetId;
            LearnComposed(w, handle, other, made);
        }),
        OnRepo("GetFileSet", HasClosedHead, async (w, repo) =>
        {
            Commit head = await CommitAsync(w, repo, 0);
            string made = (await w.Server.Pfs.GetFileSetAsync(new() { Commit = head })).FileSetId;
            w.Learned(f => f[$"fileset {made}"] = FilesOfHead(f, repo));
        }),
        new("/storage.Fileset/CreateFileset", _ => true, async w =>
        {
            Dictionary<string, string> files = NewFiles(w);
            using AsyncClientStreamingCall<CreateFilesetRequest, CreateFilesetResponse> stream = w.Server.FileSets.CreateFileset();
            foreach ((string path, string content) in files)
            {
                await stream.RequestStream.WriteAsync(new() { DeleteFile = new() { Path = path } });
                await stream.RequestStream.WriteAsync(new() { AppendFile = new AppendFile { Path = path, Data = ByteString.CopyFromUtf8(content) } });
            }

            await stream.RequestStream.CompleteAsync();
            string handle = (await stream).FilesetId;
            w.Learned(f => f[$"fileset {handle}"] = Facts.Files(files));
        }),
        OnFileSet("/storage.Fileset/RenewFileset", async (w, handle) => await w.Server.FileSets.RenewFilesetAsync(new() { FilesetId = handle, TtlSeconds = 1800 })),
        OnFileSet("/storage.Fileset/ComposeFileset", async (w, handle) =>
        {
            string other = AnyFileSet(w);
            string made = (await w.Server.FileSets.ComposeFilesetAsync(new() { FilesetIds = { handle, other }, TtlSeconds = 600 })).FilesetId;
            LearnComposed(w, handle, other, made);
        }),
    ];

    public static async Task WriteAsync(Walker w, string repo, Dictionary<string, string> files)
    {
        using AsyncClientStreamingCall<ModifyFileRequest, Google.Protobuf.WellKnownTypes.Empty> stream = w.Server.Pfs.ModifyFile();
        await stream.RequestStream.WriteAsync(new ModifyFileRequest { SetCommit = w.Head(repo) });
        foreach (ModifyFileRequest message in Messages(files))
            await stream.RequestStream.WriteAsync(message);
        await stream.RequestStream.CompleteAsync();
        await stream;
    }

    private static WalkCall OnRepo(string method, Func<Facts, string, bool> can, Func<Walker, string, Task> make) => new(
        $"/pfs_v2.API/{method}",
        facts => s_repos.Any(repo => can(facts, repo)),
        walker => make(walker, walker.Any([.. s_repos.Where(repo => can(walker.Known, repo))])));

    private static WalkCall OnFileSet(string method, Func<Walker, string, Task> make)
        => new(method, facts => facts.Under("fileset ").Count > 0, walker => make(walker, AnyFileSet(walker)));

    private static Project SideProject(Walker w) => new() { Name = w.Project + Side };

    private static bool HasClosedHead(Facts facts, string repo) => facts.Commits(repo).Count > 0 && !facts.IsOpen(repo);

    private static bool MayDrop(Facts facts, string repo) => HasClosedHead(facts, repo) && !facts.Has($"branch {repo}");

    private static bool MaySquash(Facts facts, string repo) => MayDrop(facts, repo) && facts.Commits(repo).Count > 1;

    private static string FilesOfHead(Facts facts, string repo) => facts.Commits(repo) is [.., { } head] ? Facts.Files(Facts.Files(head)) : "";

    private static void SetHead(Facts facts, string repo, string head) => facts.SetCommits(repo, [.. facts.Commits(repo).SkipLast(1), head]);

    // A branch always has a head: an empty commit takes the place of its only one.
    private static void DropHead(Facts facts, string repo)
        => facts.SetCommits(repo, facts.Commits(repo) is { Count: > 1 } commits ? commits[..^1] : [Facts.Closed]);

    private static void DropParent(Facts facts, string repo)
    {
        List<string> commits = facts.Commits(repo);
        commits.RemoveAt(commits.Count - 2);
        facts.SetCommits(repo, commits);
    }

    private static string AnyFileSet(Walker w) => w.Any(w.Known.Under("fileset "));

    private static void LearnComposed(Walker w, string lower, string upper, string made) => w.Learned(f =>
    {
        Dictionary<string, string> files = Facts.Files(f[$"fileset {lower}"]);
        foreach ((string path, string content) in Facts.Files(f[$"fileset {upper}"]))
            files[path] = content;
        f[$"fileset {made}"] = Facts.Files(files);
    });

    private static Dictionary<string, string> NewFiles(Walker w)
        => new() { ["/a" + w.Fresh()] = w.Fresh(), ["/f" + w.Any<int>([1, 2, 3])] = w.Fresh() };

    private static IEnumerable<ModifyFileRequest> Messages(Dictionary<string, string> files)
    {
        foreach ((string path, string content) in files)
        {
            yield return new ModifyFileRequest { DeleteFile = new() { Path = path } };
            yield return new ModifyFileRequest { AddFile = new AddFile { Path = path, Raw = ByteString.CopyFromUtf8(content) } };
        }
    }

    // The head, or its parent: finished, so that it may be taken away.
    private static async Task<Commit> CommitAsync(Walker w, string repo, int back)
    {
        CommitInfo at = await w.Server.Pfs.InspectCommitAsync(new() { Commit = w.Head(repo), Wait = CommitState.Finished });
        for (; back > 0; back--)
            at = await w.Server.Pfs.InspectCommitAsync(new() { Commit = at.ParentCommit, Wait = CommitState.Finished });
        return at.Commit;
    }
}
