using System.Collections.Concurrent;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Pfs;
using Xunit;

namespace Spouts.Local.Tests.Walking;

/// <summary>
/// Makes one mutating call after the other, each of which has to succeed, and remembers what was acknowledged. After a
/// kill the store has to show just that, or that and what the one call under way was about to do.
/// </summary>
/// <param name="acknowledged">By method, how often any walker's call was acknowledged.</param>
internal sealed class Walker(
    string project, int seed, IReadOnlyList<WalkCall> calls, Func<Walker, Task<Facts>> look, ConcurrentDictionary<string, int> acknowledged)
{
    private readonly Random _random = new(seed);
    private List<Facts> _possible = [new Facts()];
    private string _underWay = "nothing";
    private int _fresh;

    /// <summary>The project that is this walker's own.</summary>
    public string Project { get; } = project;

    /// <summary>What holds, as far as it was acknowledged.</summary>
    public Facts Known => _possible[0];

    /// <summary>Everything that may hold while a call is under way.</summary>
    public IReadOnlyList<Facts> Possible => _possible;

    public Clients Server { get; private set; } = null!;

    public Repo Repo(string name, string suffix = "") => new() { Project = new Project { Name = Project + suffix }, Name = name, Type = "user" };

    public Branch Branch(string repo, string branch = "master") => new() { Repo = Repo(repo), Name = branch };

    public Commit Head(string repo) => new() { Repo = Repo(repo), Branch = Branch(repo) };

    /// <summary>A text that was never used before.</summary>
    public string Fresh() => $"v{++_fresh}";

    public T Any<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    /// <summary>
    /// What the call under way is about to do. Said several times by a call that is, as in the real server, several
    /// transactions: what a kill leaves is then any of the states in between.
    /// </summary>
    public void Will(Action<Facts> change) => _possible.Add(_possible[^1].With(change));

    /// <summary>What only the answer tells, such as the handle of a file set.</summary>
    public void Learned(Action<Facts> change) => change(_possible[^1]);

    /// <summary>Makes what a walk begins with, and takes it for known.</summary>
    public async Task BeginAsync(Clients server, Func<Walker, Task> make)
    {
        Server = server;
        await make(this);
        _possible = [await look(this)];
    }

    /// <summary>Looks whether the store shows what it has to show, and takes that for known.</summary>
    public async Task CheckAsync(Clients server)
    {
        Server = server;
        Facts actual = await look(this);
        Assert.True(
            _possible.Exists(possible => Facts.Difference(possible, actual).Length == 0),
            $"{Project}, {_underWay} was under way:\n"
            + string.Join("\nor\n", _possible.Select(possible => Facts.Difference(possible, actual))));
        // They have outlived a kill, and would in the end expire.
        actual.Forget("fileset ");
        _possible = [actual];
    }

    /// <param name="isKilled">Whether the server may be gone: nothing but that excuses a call that fails.</param>
    public async Task RunAsync(Clients server, Action onAcknowledged, Func<bool> isKilled)
    {
        Server = server;
        try
        {
            while (true)
            {
                WalkCall call = Choose();
                _underWay = call.Method;
                _possible = [_possible[^1]];
                await call.Make(this);
                _possible = [_possible[^1]];
                acknowledged.AddOrUpdate(call.Method, 1, (_, count) => count + 1);
                onAcknowledged();
            }
        }
        catch (Exception e) when (e is RpcException or IOException)
        {
            if (!isKilled())
                throw new InvalidOperationException($"{Project}: {_underWay} was refused with {e.Message}\n{string.Join('\n', Known)}", e);
        }
    }

    // Of three that can be made the one that was made least often, so that none is left out.
    private WalkCall Choose()
    {
        List<WalkCall> possible = [.. calls.Where(call => call.Can(_possible[^1]))];
        return Enumerable.Range(0, 3).Select(_ => Any(possible)).MinBy(call => acknowledged.GetValueOrDefault(call.Method))!;
    }
}
