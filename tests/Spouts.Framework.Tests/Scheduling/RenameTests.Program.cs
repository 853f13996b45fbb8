using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Spouts.Commands;
using Spouts.Hosting;
using Spouts.Ledgers;
using Spouts.Operating;
using Spouts.Pachyderm;
using Spouts.Publishing;
using Spouts.Tests.Publishing;

namespace Spouts.Tests.Scheduling;

/// <content>The programs, and what operators do with their ledger.</content>
public sealed partial class RenameTests
{
    private static SourceRegistration Counting(string name, string cursor, string? formerName = null, string? formerCursor = null) => new()
    {
        Name = name,
        FormerName = formerName,
        Trigger = EverySecond,
        Cursors = [CursorRegistration.Of(cursor, CursorCodec.Int32, formerCursor)],
        Run = (_, run, cancellation) =>
        {
            Cursor<int> count = run.Cursor(cursor, CursorCodec.Int32);
            count.Value++;
            return SourceFiles.From([SpoutFile.Text("/count", $"{count.Value}")], cancellation);
        },
    };

    // Each run moves the cursors on, but for the last one where that is told apart.
    private static SourceRegistration Moving(string name, string cursor, string? other = null, string? unmoved = null) => new()
    {
        Name = name,
        Trigger = EverySecond,
        Cursors = [.. new[] { cursor, other, unmoved }.OfType<string>().Select(static each => CursorRegistration.Of(each, CursorCodec.Int32))],
        Run = (_, run, cancellation) =>
        {
            foreach (string moved in new[] { cursor, other }.OfType<string>())
                run.Cursor(moved, CursorCodec.Int32).Value++;
            return SourceFiles.From([SpoutFile.Text("/moving", "1")], cancellation);
        },
    };

    private static SourceRegistration Texts(string name, string cursor) => new()
    {
        Name = name,
        Trigger = EverySecond,
        Cursors = [CursorRegistration.Of(cursor, CursorCodec.String)],
        Run = (_, run, cancellation) =>
        {
            run.Cursor(cursor, CursorCodec.String).Value = "x";
            return SourceFiles.From([SpoutFile.Text("/texts", "1")], cancellation);
        },
    };

    private static SourceRegistration Idle(string name, string? formerName = null, IReadOnlyList<CursorRegistration>? cursors = null) => new()
    {
        Name = name,
        FormerName = formerName,
        Trigger = EverySecond,
        Cursors = cursors ?? [],
        Run = static (_, _, cancellation) => SourceFiles.From([], cancellation),
    };

    private static SourceRegistration Queue(string name, bool isAcknowledged) => new()
    {
        Name = name,
        Trigger = EverySecond,
        Cursors = [],
        Run = (_, _, cancellation) => SourceFiles.From(
            "ab".Select(static letter => $"{letter}").Select(item => SpoutFile.Text("/queue", $"{item}\n").Appended().WithItem(item)
                .OnCommitted((_, _) => isAcknowledged ? ValueTask.CompletedTask : throw new SpoutConfigurationException("no queue"))),
            cancellation),
    };

    private static IReadOnlyList<CursorRegistration> Cursors(string list) =>
    [
        .. list.Split(',').Select(static cursor => cursor.Split(':')).Select(static cursor => cursor[1] == "i"
            ? CursorRegistration.Of(cursor[0], CursorCodec.Int32)
            : CursorRegistration.Of(cursor[0], CursorCodec.String)),
    ];

    private static SourceRegistration Plain(string name, IReadOnlyList<CursorRegistration>? cursors) => new()
    {
        Name = name,
        Trigger = EverySecond,
        Cursors = cursors,
        Run = static (_, _, cancellation) => SourceFiles.From([SpoutFile.Text("/plain", "1")], cancellation),
    };

    // A program of its own each time, to its end; what it logged.
    private static async Task<IReadOnlyList<string>> OnceAsync(TestSpout spout, params SourceRegistration[] sources)
    {
        FakeLogCollector log = new();
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(log)));
        using Running running = new(spout, TimeProvider.System, new ServiceCollection().BuildServiceProvider(), logs, sources);
        await running.OnceAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return [.. log.GetSnapshot().Select(static line => line.Message)];
    }

    private static Task<SpoutConfigurationException> RefusedAsync(TestSpout spout, params SourceRegistration[] sources) =>
        Assert.ThrowsAsync<SpoutConfigurationException>(() => OnceAsync(spout, sources));

    private static async Task<Ledger> LedgerAsync(TestSpout spout) => (await spout.Recovery.PeekAsync(CancellationToken.None)).Ledger;

    private static async Task SaveAsync(TestSpout spout, params (string Source, string Cursors)[] entries) => Assert.IsType<PublishResult.Committed>(
        await spout.Publisher.AmendAsync(
            ledger => ledger.With(entries.Select(static entry => KeyValuePair.Create(entry.Source, SourceEntry.Empty.WithOnly(JsonNode.Parse(entry.Cursors)!.AsObject())))),
            CancellationToken.None));

    private static string[] Commands(SpoutConfigurationException refused) => [.. Command().Matches(refused.Message).Select(static command => command.Value)];

    // What an operator pastes, with the program as it is now.
    private async Task ChangeAsync(TestSpout spout, string command, params SourceRegistration[] sources)
    {
        StateChange? change = null;
        int code = await ProgramCommand.InvokeAsync("spout", [.. Word().Matches(command).Select(static word => word.Value.Trim('\''))], (options, _) =>
        {
            change = options.Change;
            return Task.FromResult(ExitCodes.Done);
        });
        Assert.Equal(ExitCodes.Done, code);
        using PachydermChannel cluster = new(pachd.Cluster.Address, token: null);
        using StateEditor editor = new(
            new() { Name = spout.Name, OutputBranch = "master", Sources = sources },
            new(cluster.Invoker, spout.Worker.Project, spout.Name),
            new(cluster.Invoker, spout.Worker.Project, spout.Name, "master"),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await editor.ChangeAsync(change!, confirm: null, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [GeneratedRegex(@"state (?:reset|rename) [^;]*? --spout [\w-]+")]
    private static partial Regex Command();

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word();
}
