using Microsoft.Extensions.Logging;
using Spouts.Commands;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Publishing;

namespace Spouts.Operating;

/// <summary>
/// Reads the ledger of a spout, and changes it from outside: the pipeline is stopped, which makes its output branch an ordinary one,
/// whatever is open there is closed, a void commit carries the changed ledger, and the pipeline is started again. The ledger changes
/// when that commit is finished, at once and whole.
/// </summary>
internal sealed partial class StateEditor : IDisposable
{
    // What a commit shows in its provenance while the pipeline is stopped.
    private const string NoSpecCommit = "";

    private const int CommitIdLength = 32;

    private readonly SpoutRegistration _spout;
    private readonly PipelineControl _pipeline;
    private readonly OutputRepo _repo;
    private readonly Recovery _recovery;
    private readonly Publisher _publisher;
    private readonly ScheduleEditor _schedules;
    private readonly ILogger _logger;

    public StateEditor(SpoutRegistration spout, PipelineControl pipeline, OutputRepo repo, TimeProvider time, ILoggerFactory logs)
    {
        _spout = spout;
        _pipeline = pipeline;
        _repo = repo;
        _logger = logs.CreateLogger<StateEditor>();
        _schedules = new(spout, time);
        _recovery = new(repo, logs);
        _publisher = new(repo, NoSpecCommit, _recovery, collisions: null, time, logs);
    }

    /// <summary>What counts now. Nobody is disturbed.</summary>
    public Task<Recovered> PeekAsync(CancellationToken cancellation) => _recovery.PeekAsync(cancellation);

    /// <summary>What a change would make of the ledger, before and after. Nobody is disturbed.</summary>
    /// <exception cref="SpoutConfigurationException">There is nothing to change like this.</exception>
    public async Task<(Recovered Before, Ledger After)> PreviewAsync(StateChange change, CancellationToken cancellation)
    {
        Func<Ledger, Ledger> amend = await PrepareAsync(change, cancellation).ConfigureAwait(false);
        Recovered before = await PeekAsync(cancellation).ConfigureAwait(false);
        return (before, amend(before.Ledger));
    }

    /// <summary>Changes the ledger.</summary>
    /// <param name="change">The change.</param>
    /// <param name="confirm">Called once it is known that the change can be made, before anything is touched.</param>
    /// <param name="cancellation">Ends it between two calls.</param>
    /// <exception cref="SpoutConfigurationException">There is nothing to change like this; then nothing was touched.</exception>
    public async Task ChangeAsync(StateChange change, Action? confirm, CancellationToken cancellation)
    {
        bool runs = !(await _pipeline.InspectAsync(cancellation).ConfigureAwait(false)).Stopped;
        Func<Ledger, Ledger> amend = await PrepareAsync(change, cancellation).ConfigureAwait(false);
        confirm?.Invoke();
        if (runs)
        {
            LogStopping(_pipeline.Name, _pipeline.StartCommand);
            await _pipeline.StopAsync(cancellation).ConfigureAwait(false);
        }

        try
        {
            await _publisher.AmendAsync(amend, cancellation).ConfigureAwait(false);
        }
        catch (PachydermException started) when (started.Kind is PachydermErrorKind.NotTheSidecar)
        {
            throw new SpoutConfigurationException(
                $"Somebody else has started the pipeline {_pipeline.Name} meanwhile; the ledger is as it was. Try again.", started);
        }
        finally
        {
            if (runs)
                await _pipeline.StartAsync(CancellationToken.None).ConfigureAwait(false);
        }

        if (!runs)
            LogStaysStopped(_pipeline.Name, _pipeline.StartCommand);
    }

    public void Dispose() => _publisher.Dispose();

    // Whatever is wrong with the request is found here, before anything is stopped.
    private async Task<Func<Ledger, Ledger>> PrepareAsync(StateChange change, CancellationToken cancellation)
    {
        CommitView head = await _repo.InspectAsync(await _repo.HeadAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        if (await StuckCommit.FindAsync(_repo, head, cancellation).ConfigureAwait(false) is { } stuck)
            throw new SpoutConfigurationException($"{stuck}");
        Ledger now = (await PeekAsync(cancellation).ConfigureAwait(false)).Ledger;
        Func<Ledger, Ledger> amend = await PrepareAsync(change, now, cancellation).ConfigureAwait(false);
        Ledger after = amend(now);
        Recipe.Require(_repo.Name, new CommitDescription.Void(after, head.Id), after.ItemsLength);
        return amend;
    }

    private async Task<Func<Ledger, Ledger>> PrepareAsync(StateChange change, Ledger now, CancellationToken cancellation)
    {
        SourceKey[] keys = [.. _spout.Sources.Select(static source => source.Key)];
        switch (change)
        {
            case StateChange.Set set:
                SourceKey moved = Key(set.Source, keys, now);
                if (!set.IsForced)
                    CursorChecks.RequireLegal(moved.Name, Registered(moved), now.Entry(moved), set.Cursors);
                return ledger => ledger.Next(moved, ledger.Entry(moved).WithOnly(set.Cursors), files: 0, bytes: 0);
            case StateChange.Reset { Source: { } source }:
                SourceKey forgotten = Key(source, keys, now);

                // What is not a source of the program can have nothing in hand, and a name that it does not have would be taken for a former one.
                return keys.Contains(forgotten) || source == SourceKey.PutFile.Name
                    ? ledger => ledger.Reset(forgotten)
                    : ledger => ledger.Without(source);
            case StateChange.ResetCursor reset:
                SourceKey kept = Key(reset.Source, keys, now);
                CursorChecks.RequireSaved(kept.Name, now.Entry(kept), reset.Cursor);
                return ledger => ledger.Without(kept, reset.Cursor);
            case StateChange.Rename rename:
                SourceKey renamed = RequireRenamed(rename, keys, now);
                return ledger => ledger.Renamed(rename.Former, renamed);
            case StateChange.RenameCursor rename:
                SourceKey key = Key(rename.Source, keys, now);
                CursorChecks.RequireRenamed(rename, Registered(key), now.Entry(key));
                return ledger => ledger.Next(key, ledger.Entry(key).WithoutCursor(rename.Name).WithRenamed([(rename.Name, rename.Former)]), files: 0, bytes: 0);
            case StateChange.Rewind rewind:
                Ledger former = await FormerAsync(rewind.Commit, cancellation).ConfigureAwait(false);
                if (!rewind.IsForced)
                    CursorChecks.RequireReadable(_spout, former);
                return ledger => ledger.Rewound(former, keys);
            case StateChange.Reset:
                return ledger => ledger.Rewound(Ledger.Empty, keys);
            default:
                return _schedules.Prepare(change, now);
        }
    }

    // A real server panics where it is asked for a commit by what is not an id.
    private async Task<Ledger> FormerAsync(string commit, CancellationToken cancellation)
    {
        if (commit.Length != CommitIdLength || !commit.All(char.IsAsciiHexDigit))
        {
            string what = commit.Length == 0 ? "An empty text is not the id of a commit, which has" : $"'{commit}' is not the id of a commit, which has";
            throw new SpoutConfigurationException(
                $"{what} {CommitIdLength} hexadecimal digits; branches, NAME@BRANCH and shortened ids are not accepted. "
                + $"List the commits with their cursors: {SpoutCommands.Log(_spout.Name)}, or {Pachctl.ListCommits(_repo.Project, _repo.Pipeline)}");
        }

        try
        {
            return (await _recovery.PeekAtAsync(commit, cancellation).ConfigureAwait(false)).Ledger;
        }
        catch (PachydermException missing) when (missing.Kind is PachydermErrorKind.NotFound)
        {
            throw new SpoutConfigurationException(
                $"{_repo.Name} has no commit {commit}, or no longer one of those below it: it was dropped, squashed, or is another repo's. "
                + $"List those that are there, with their cursors: {SpoutCommands.Log(_spout.Name)}, or {Pachctl.ListCommits(_repo.Project, _repo.Pipeline)}", missing);
        }
    }

    private SourceRegistration? Registered(SourceKey key) => _spout.Sources.FirstOrDefault(source => source.Name == key.Name);

    // Only what the ledger still has under a name that the program does not know any more can have been renamed.
    private SourceKey RequireRenamed(StateChange.Rename rename, SourceKey[] keys, Ledger now)
    {
        if (!now.Sources.ContainsKey(rename.Former))
            throw new SpoutConfigurationException($"The ledger of the spout '{_spout.Name}' has no source '{rename.Former}'; it has: {MessageText.Quoted(now.Sources.Keys)}. Nothing was changed. Correct the name.");
        if (Array.Find(keys, key => key.Name == rename.Name) is not { } name)
            throw new SpoutConfigurationException($"The spout '{_spout.Name}' has no source '{rename.Name}' in this program; it has: {MessageText.Quoted(keys.Select(static key => key.Name))}. Nothing was changed. Correct the name.");
        if (rename.IsForced)
            return name;
        if (keys.Any(key => key.Name == rename.Former))
            throw new SpoutConfigurationException($"'{rename.Former}' is a source of this program as well, and would begin anew. Nothing was changed. {CursorChecks.Force}");
        return now.Sources.TryGetValue(rename.Name, out SourceEntry? begun)
            ? throw new SpoutConfigurationException($"The source '{rename.Name}' has begun already, and what the ledger has of it, {begun.Json}, would be lost. Nothing was changed. {CursorChecks.Force}")
            : name;
    }

    private SourceKey Key(string source, SourceKey[] keys, Ledger ledger) =>
        Array.Find(keys, key => key.Name == source)
        ?? (ledger.Sources.ContainsKey(source) ? new(source) : throw new SpoutConfigurationException(
            $"The spout '{_spout.Name}' has no source '{source}'; it has: {string.Join(", ", keys.Select(static key => key.Name).Union(ledger.Sources.Keys))}."));

    [LoggerMessage(LogLevel.Information,
        "Stopping the pipeline {Pipeline}; its worker ends. If this is interrupted, it stays stopped: {Command}")]
    private partial void LogStopping(string pipeline, string command);

    [LoggerMessage(LogLevel.Information, "The pipeline {Pipeline} was stopped, and stays so. Start it with: {Command}")]
    private partial void LogStaysStopped(string pipeline, string command);
}
