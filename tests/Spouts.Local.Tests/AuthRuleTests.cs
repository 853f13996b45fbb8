using Microsoft.Data.Sqlite;
using Spouts.Local.Core;
using Spouts.Local.Core.Auth;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Auth;
using Spouts.Local.Pods;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>The rules of tokens, roles and bindings, without doors.</summary>
public sealed class AuthRuleTests : IAsyncLifetime
{
    private const string Spec = """{"pipeline": {"name": "s"}, "transform": {"cmd": ["x"]}, "spout": {}}""";
    private static readonly Caller s_root = new(FromSidecar: false) { Subject = AuthState.Root };
    private static readonly Caller s_robot = new(FromSidecar: false) { Subject = "robot:r" };
    private readonly PipelineChanges _pipelines = new(new PipelineEvents(), new KubernetesObjects(new PodSettings()).Try);
    private TestStore? _store;

    public async ValueTask InitializeAsync()
    {
        _store = await TestStore.CreateAsync();
        await ChangeAsync(new Caller(false), change => AuthState.Activate(change, "root"));
        await ChangeAsync(s_root, AuthState.BindExisting);
    }

    public ValueTask DisposeAsync() => _store!.DisposeAsync();

    private Pachd Pachd => _store!.Pachd;

    [Fact]
    public async Task Only_the_hash_of_a_token_is_kept()
    {
        string token = "";
        await ChangeAsync(s_root, change => token = Tokens.Issue(change, "robot:r"));
        Assert.Equal("robot:r", Find(token).Subject);
        Assert.DoesNotContain(token, Pachd.Read(tx => tx.List<string>("SELECT hash FROM auth_token")));
    }

    [Fact]
    public async Task A_token_is_good_until_it_expires()
    {
        string token = "";
        await ChangeAsync(s_root, change => token = Tokens.Issue(change, "robot:r", change.Now + TimeSpan.TicksPerMinute));
        _store!.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("robot:r", Find(token).Subject);
        _store.Time.Advance(TimeSpan.FromSeconds(2));
        PachException refused = Assert.Throws<PachException>(() => Find(token));
        Assert.Equal((ErrorKind.Internal, "token expiration is in the past"), (refused.Kind, refused.Message));
    }

    [Fact]
    public async Task An_update_revokes_the_old_token_in_its_own_transaction()
    {
        await CreateAsync();
        string first = PipelineToken();
        await Assert.ThrowsAsync<UndoException>(() => CreateAsync(undo: true));
        Assert.Equal(first, PipelineToken());
        Assert.Equal("pipeline:default/s", Find(first).Subject);

        await CreateAsync();
        Assert.Equal(ErrorKind.Unauthenticated, Assert.Throws<PachException>(() => Find(first)).Kind);
        Assert.Equal("pipeline:default/s", Find(PipelineToken()).Subject);
    }

    [Fact]
    public async Task A_deleted_pipeline_leaves_neither_a_token_nor_a_role()
    {
        await CreateAsync();
        string token = PipelineToken();
        await ChangeAsync(s_root, change => _pipelines.Delete(change, [Pipeline()], force: false, keepRepo: false));
        Assert.Throws<PachException>(() => Find(token));
        Assert.Empty(Pachd.Read(tx => tx.Grants((int)ResourceType.Repo, "default/s")));
    }

    [Fact]
    public async Task A_repo_that_somebody_made_is_his_and_nobody_elses()
    {
        RepoRef mine = new("default", "mine", RepoRef.User);
        await ChangeAsync(s_robot, change => Repos.Create(change, mine, "", update: false));
        Assert.True(Allows(s_robot, mine, Permission.RepoDelete));
        Assert.False(Allows(new Caller(false) { Subject = "robot:other" }, mine, Permission.RepoRead));
        Assert.True(Allows(s_root, mine, Permission.RepoDelete));
    }

    [Fact]
    public void Everybody_reads_the_specs_of_pipelines()
        => Assert.True(Allows(s_robot, new RepoRef("default", "any", RepoRef.Spec), Permission.RepoRead, Permission.RepoListCommit));

    [Fact]
    public void A_caller_without_a_token_is_refused_whatever_it_asks()
    {
        PachException refused = Assert.Throws<PachException>(() => Allows(new Caller(false), TestStore.Repo, Permission.RepoRead));
        Assert.Equal(ErrorKind.Unauthenticated, refused.Kind);
    }

    [Fact]
    public async Task Without_auth_everybody_may_do_everything_again()
    {
        await CreateAsync();
        await ChangeAsync(s_root, AuthState.Deactivate);
        Assert.True(Allows(new Caller(false), TestStore.Repo, Permission.RepoDelete));
        Assert.Empty(Pachd.Read(tx => tx.List<string>("SELECT hash FROM auth_token")));
        Assert.Null(Pachd.Read(tx => tx.Pipeline("default", "s")!.AuthToken));
    }

    [Fact]
    public void A_store_of_the_first_version_is_lifted_when_it_is_opened()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("spouts-lift-");
        string path = Path.Combine(directory.FullName, "pachd.db");
        using (SqliteConnection old = new($"Data Source={path};Pooling=False"))
        {
            old.Open();
            using SqliteCommand create = old.CreateCommand();
            create.CommandText = Schema.Steps[0] + "INSERT INTO project (name, created_at) VALUES ('kept', 1); PRAGMA user_version = 1";
            create.ExecuteNonQuery();
        }

        using (Database lifted = Database.Open(path))
        {
            Assert.Equal("kept", Assert.Single(lifted.Read(tx => tx.Projects())).Name);
            Assert.False(lifted.Read(AuthState.IsActive));
            Assert.Equal(Schema.Version, lifted.Read(tx => tx.Scalar<int>("PRAGMA user_version")));
        }

        SqliteConnection.ClearAllPools();
        directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("not json", "invalid character 'o' in literal null (expecting 'u')")]
    [InlineData("x", "invalid character 'x' looking for beginning of value")]
    [InlineData("{} {}", "invalid character '{' after top-level value")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("{\"a\": 1,}", "invalid character '}' looking for beginning of object key string")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("[1]", "json: cannot unmarshal array into Go value of type v1.Secret")]
    public async Task A_secret_that_cannot_be_read_is_refused_with_the_reason(string file, string reason)
    {
        PachException refused = await Assert.ThrowsAsync<PachException>(() => ChangeAsync(s_root, change => Secrets.Create(change, file)));
        Assert.Equal($"failed to unmarshal secret: {reason}", refused.Message);
    }

    private static Pachyderm.Protos.Pps.Pipeline Pipeline() => new() { Project = new() { Name = "default" }, Name = "s" };

    private Task<bool> CreateAsync(bool undo = false) => ChangeAsync(s_root, change =>
    {
        (string effective, Pachyderm.Protos.Pps.CreatePipelineRequest spec) = Specs.Effective(change.Tx, Spec);
        spec.Update = true;
        spec.Pipeline = Pipeline();
        _pipelines.Create(change, spec, Spec, effective);
        if (undo)
            throw new UndoException();
    });

    private string PipelineToken() => Pachd.Read(tx => tx.Pipeline("default", "s")!.AuthToken!);

    private TokenRow Find(string token) => Pachd.Read(tx => Tokens.Find(tx, token, Pachd.Now));

    private bool Allows(Caller caller, RepoRef repo, params Permission[] permissions)
        => Pachd.Read(tx => Access.Allows(tx, caller, ResourceRef.Repo(repo), permissions));

    private Task<bool> ChangeAsync(Caller caller, Action<Change> body)
        => Pachd.ChangeAsync(
            caller,
            change =>
            {
                body(change);
                return true;
            },
            CancellationToken.None);
}
