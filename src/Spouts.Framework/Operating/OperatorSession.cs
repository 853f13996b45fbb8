using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spouts.Commands;
using Spouts.Development;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Scheduling;
using Spouts.Sources;

namespace Spouts.Operating;

/// <summary>The verbs that look at a spout from outside, or change its state: <c>state</c>, <c>schedule</c>, <c>doctor</c>, and <c>dry-run</c> in a cluster.</summary>
internal sealed class OperatorSession(IServiceProvider services, ProgramOptions options, Func<string, string?> variable, ProgramOutput output)
{
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly ILoggerFactory _logs = services.GetRequiredService<ILoggerFactory>();

    /// <summary>Does what was asked for.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Target target, LocalPachd? local, IReadOnlyList<SpoutRegistration> spouts, CancellationToken cancellation)
    {
        if (options.Verb is Verb.Doctor)
            return await ExamineAsync(target, local, spouts, cancellation).ConfigureAwait(false);
        RequireConsent();
        Entrance entrance = Find(target, local);
        using PachydermChannel channel = new(entrance.Connection);
        if (target is Target.Cluster)
            await RefuseAsync(new(entrance, new(channel.Invoker), _time), cancellation).ConfigureAwait(false);
        if (options.Verb is Verb.DryRun)
            await RehearseAsync(spouts, entrance, channel, cancellation).ConfigureAwait(false);
        else if (options.Verb is Verb.StateLog)
            await LogAsync(spouts, entrance, channel, cancellation).ConfigureAwait(false);
        else if (options.Change is null)
            await ShowAsync(spouts, entrance, channel, cancellation).ConfigureAwait(false);
        else if (entrance.IsSidecar)
            throw new SpoutConfigurationException("In a worker the ledger can only be looked at: changing it stops the pipeline, and this process with it. Do it from outside.");
        else
            await ChangeAsync(spouts is [var only] ? only : throw Ambiguous(spouts), options.Change, entrance, channel, cancellation).ConfigureAwait(false);
        return ExitCodes.Done;
    }

    /// <summary>The spouts that are meant.</summary>
    /// <exception cref="SpoutConfigurationException">The program has none of that name.</exception>
    public static IReadOnlyList<SpoutRegistration> Chosen(IReadOnlyList<SpoutRegistration> all, string? name)
    {
        SpoutRegistration[] chosen = [.. all.Where(spout => name is null || spout.Name == name)];
        return chosen.Length > 0 || all.Count == 0 ? chosen : throw new SpoutConfigurationException($"The program has no spout '{name}'; it has: {Names(all)}.");
    }

    public static SpoutConfigurationException Ambiguous(IReadOnlyList<SpoutRegistration> spouts) =>
        new($"The program has several spouts: say with --spout which one is meant, of {Names(spouts)}.");

    private static string Names(IEnumerable<SpoutRegistration> spouts) => string.Join(", ", spouts.Select(static spout => spout.Name));

    // What doctor would say is wrong with the door ends the other verbs before they begin.
    private static async Task RefuseAsync(DoorChecks checks, CancellationToken cancellation)
    {
        await foreach (Finding finding in checks.RunAsync(cancellation).ConfigureAwait(false))
        {
            if (finding.Cure is null)
                continue;
            string text = $"{finding.Text}; do: {finding.Cure}";
            throw finding.ExitCode == ExitCodes.Unavailable ? new PachydermException(PachydermErrorKind.Unreachable, text) : new SpoutConfigurationException(text);
        }
    }

    private Entrance Find(Target target, LocalPachd? local) => target switch
    {
        Target.Worker => Entrance.ToSidecar(WorkerEnvironment.From(variable)),
        Target.Local => Entrance.ToLocal(local!),
        _ => Entrance.ToCluster(variable, options),
    };

    private async Task RehearseAsync(IReadOnlyList<SpoutRegistration> spouts, Entrance entrance, PachydermChannel channel, CancellationToken cancellation)
    {
        foreach (SpoutRegistration spout in spouts)
        {
            OutputRepo repo = Repo(spout, entrance, channel);
            Task<Recovered> peeking = Recovery(repo).PeekAsync(cancellation);
            await AllowedAsync(peeking, repo, "repoReader", entrance, channel, cancellation).ConfigureAwait(false);
            LedgerNames.Compare(spout, (await peeking.ConfigureAwait(false)).Ledger).Require();
            foreach (SourceRegistration source in spout.Sources)
            {
                Rehearsal rehearsal = new(spout.Name, source, services, repo, Recovery(repo), output, _time, _logs.CreateLogger<Rehearsal>());
                await AllowedAsync(rehearsal.RunAsync(cancellation), repo, "repoReader", entrance, channel, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task ShowAsync(IReadOnlyList<SpoutRegistration> spouts, Entrance entrance, PachydermChannel channel, CancellationToken cancellation)
    {
        foreach (SpoutRegistration spout in spouts)
        {
            OutputRepo repo = Repo(spout, entrance, channel);
            Task<Recovered> peeking = Recovery(repo).PeekAsync(cancellation);
            await AllowedAsync(peeking, repo, "repoReader", entrance, channel, cancellation).ConfigureAwait(false);
            Show(spout, await peeking.ConfigureAwait(false));
        }
    }

    private async Task ChangeAsync(
        SpoutRegistration spout, StateChange change, Entrance entrance, PachydermChannel channel, CancellationToken cancellation)
    {
        OutputRepo repo = Repo(spout, entrance, channel);
        using StateEditor editor = new(spout, new(channel.Invoker, Project(spout, entrance), spout.Name), repo, _time, _logs);
        if (options.IsPreview)
        {
            Task<(Recovered Before, Ledger After)> previewing = editor.PreviewAsync(change, cancellation);
            await AllowedAsync(previewing, repo, "repoReader", entrance, channel, cancellation).ConfigureAwait(false);
            (Recovered before, Ledger after) = await previewing.ConfigureAwait(false);
            Show(spout, before, "before");
            Show(spout, before with { Ledger = after }, "after");
            return;
        }

        Task changing = editor.ChangeAsync(change, MustAsk ? () => Ask(spout, repo) : null, cancellation);
        await AllowedAsync(changing, repo, "repoWriter", entrance, channel, cancellation).ConfigureAwait(false);
        Show(spout, await editor.PeekAsync(cancellation).ConfigureAwait(false));
    }

    // A context is named for clusters that others depend on, too.
    private bool MustAsk => options is { Verb: Verb.State, Change: not null, Context: not null, IsConfirmed: false, IsPreview: false };

    private void RequireConsent()
    {
        if (MustAsk && Console.IsInputRedirected)
            throw new SpoutConfigurationException($"There is no terminal to ask at whether the state in the context '{options.Context}' is to be changed: add --yes, or look first with --dry-run.");
    }

    private void Ask(SpoutRegistration spout, OutputRepo repo)
    {
        Console.Error.Write($"Change the state of {spout.Name} in the context '{options.Context}' ({repo.Name})? Its pipeline is stopped and started. [y/N] ");
        if (Console.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
            throw new SpoutConfigurationException("Nothing was changed: the answer was not 'y'.");
    }

    private async Task LogAsync(IReadOnlyList<SpoutRegistration> spouts, Entrance entrance, PachydermChannel channel, CancellationToken cancellation)
    {
        foreach (SpoutRegistration spout in spouts)
        {
            OutputRepo repo = Repo(spout, entrance, channel);
            StateLog log = new(repo, Recovery(repo), options.MaxCommits);
            await AllowedAsync(PrintAsync(), repo, "repoReader", entrance, channel, cancellation).ConfigureAwait(false);

            async Task PrintAsync()
            {
                int count = 0;
                await foreach ((CommitView commit, Ledger ledger) in log.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    LedgerOutput.Print(output, spout.Name, commit, ledger);
                    count++;
                }

                if (count == 0)
                    output.Tell($"{spout.Name}  nothing was committed yet", null);
            }
        }
    }

    // An operator lacks a role; only a worker lacks a token that an update would bring.
    private static async Task AllowedAsync(
        Task work, OutputRepo repo, string role, Entrance entrance, PachydermChannel channel, CancellationToken cancellation)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (PachydermException denied) when (denied.Kind is PachydermErrorKind.PermissionDenied && !entrance.IsSidecar)
        {
            string who = await new Door(channel.Invoker).WhoAsync(cancellation).ConfigureAwait(false) ?? "SUBJECT";
            throw new SpoutConfigurationException(
                $"{denied.Message} {who} lacks the role {role} on {repo.Name}; let an administrator give it: "
                + Pachctl.GrantRole(repo.Project, repo.Pipeline, role, who), denied);
        }
    }

    private void Show(SpoutRegistration spout, Recovered found, string? when = null) =>
        LedgerOutput.Print(output, spout.Name, found.Ledger, found.CountingBatches.GetValueOrDefault(found.Ledger.BatchId, ""), when);

    private async Task<int> ExamineAsync(Target target, LocalPachd? local, IReadOnlyList<SpoutRegistration> spouts, CancellationToken cancellation)
    {
        Entrance entrance;
        try
        {
            entrance = Find(target, local);
        }
        catch (SpoutConfigurationException wrong)
        {
            return Tell(Finding.Wrong("config", wrong.Message, "as it says"));
        }

        int code = Tell(new("config", $"{entrance.Connection.Address} from {entrance.Origin}"));
        using PachydermChannel channel = new(entrance.Connection);
        Door door = new(channel.Invoker);
        await foreach (Finding finding in new DoorChecks(entrance, door, _time).RunAsync(cancellation).ConfigureAwait(false))
        {
            code = Tell(finding);
            if (code != ExitCodes.Done)
                return code;
        }

        foreach (SpoutRegistration spout in spouts)
        {
            OutputRepo repo = Repo(spout, entrance, channel);
            PipelineControl pipeline = new(channel.Invoker, Project(spout, entrance), spout.Name);
            SpoutChecks checks = new(spout, entrance, door, pipeline, repo, Recovery(repo), _time);
            await foreach (Finding finding in checks.RunAsync(cancellation).ConfigureAwait(false))
                code = Tell(finding, spout.Name) is var found && code == ExitCodes.Done ? found : code;
        }

        return code;
    }

    private int Tell(Finding finding, string? spout = null)
    {
        string verdict = finding.Cure is null ? "ok     " : "wrong: ";
        string about = spout is null ? finding.Check : $"{spout} {finding.Check}";
        output.Tell($"{verdict}{about}: {finding.Text}{(finding.Cure is { } cure ? $"; do: {cure}" : "")}", line =>
        {
            line.WriteString("event", "check");
            if (spout is not null)
                line.WriteString("spout", spout);
            line.WriteString("check", finding.Check);
            line.WriteBoolean("ok", finding.Cure is null);
            line.WriteString("text", finding.Text);
            if (finding.Cure is not null)
                line.WriteString("cure", finding.Cure);
        });
        return finding.ExitCode;
    }

    private Recovery Recovery(OutputRepo repo) => new(repo, _logs);

    private OutputRepo Repo(SpoutRegistration spout, Entrance entrance, PachydermChannel channel) =>
        new(channel.Invoker, Project(spout, entrance), spout.Name, spout.OutputBranch, _time, _logs.CreateLogger<OutputRepo>());

    // The spec's own project goes before that of the context, as it does when pachctl creates the pipeline.
    private static string Project(SpoutRegistration spout, Entrance entrance)
    {
        if (entrance.IsSidecar || entrance.IsLocal)
            return entrance.Project!;
        JsonNode spec = JsonNode.Parse(LocalWorker.ReadSpec(spout, AppContext.BaseDirectory))!;
        return (string?)spec["pipeline"]?["project"]?["name"] ?? entrance.Project ?? LocalWorker.Project;
    }
}
