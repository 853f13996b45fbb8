using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spouts.Batching;
using Spouts.Commands;
using Spouts.Development;
using Spouts.Publishing;
using Spouts.Scheduling;

namespace Spouts.Hosting;

/// <summary>A whole spout program: what a generated <c>Main</c> calls.</summary>
public static partial class SpoutProgram
{
    private const StringSplitOptions LineSplit = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    /// <summary>Runs the program until it is told to end, and answers its exit code (<c>docs/exit-codes.md</c>).</summary>
    /// <param name="args">The command line: a verb (<c>run</c> unless named) and its options.</param>
    /// <param name="configure">Registers the spouts (the generated <c>AddSpouts</c>) and the services they need.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args, Action<IServiceCollection> configure)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(configure);
        return ProgramCommand.InvokeAsync(Name(), args, (options, cancellation) => RunAsync(options, configure, cancellation));
    }

    // The name that the program was called by: through a link it is the link's, which the runtime does not tell on Linux.
    private static string Name()
    {
        const string CommandLine = "/proc/self/cmdline";
        string called = OperatingSystem.IsLinux() && File.Exists(CommandLine)
            ? File.ReadAllText(CommandLine).Split('\0')[0]
            : Environment.GetCommandLineArgs()[0];
        return Path.GetFileName(called);
    }

    private static async Task<int> RunAsync(ProgramOptions options, Action<IServiceCollection> configure, CancellationToken cancellation)
    {
        try
        {
            Target target = Targets.Choose(Environment.GetEnvironmentVariable, options);
            LocalProject? project = target is Target.Local ? LocalProject.Find(AppContext.BaseDirectory) : null;
            using IHost host = Build(options, project?.Folder, configure);
            await host.StartAsync(cancellation).ConfigureAwait(false);
            return await new SpoutSession(host.Services, options).RunAsync(target, project, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The last line of the log says what is wrong: a spout that crashes again and again looks healthy to Pachyderm.
            (int code, string text) = Explain(error);
            await Console.Error.WriteLineAsync(Console.IsErrorRedirected ? string.Join(" | ", text.Split('\n', LineSplit)) : text).ConfigureAwait(false);
            return code;
        }
    }

    /// <summary>Everything that a program is made of, its spouts' services among it; nothing of it is started yet.</summary>
    internal static IHost Build(ProgramOptions options, string? projectFolder, Action<IServiceCollection> configure)
    {
        // Nothing reads its settings twice, and watching them takes one of the few inotify instances that a node has for all its pods.
        ConfigurationManager settings = new();
        settings.AddInMemoryCollection([new("hostBuilder:reloadConfigOnChange", "false")]);
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            Configuration = settings,
            ContentRootPath = projectFolder ?? AppContext.BaseDirectory,

            // A developer's machine: user secrets and appsettings.Development.json count.
            EnvironmentName = projectFolder is null || Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") is { Length: > 0 }
                ? null
                : Environments.Development,
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
        if (options.Json || Console.IsErrorRedirected)
            builder.Logging.AddJsonConsole();
        else
            builder.Logging.AddSimpleConsole(static console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
        builder.Logging.AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddClosedOptions().AddSingleton<IHostLifetime, CrashOnlyLifetime>();
        if (options.Verb is Verb.Run)
            builder.Services.AddHostedService<HealthEndpoint>();
        configure(builder.Services);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(static services =>
            new HttpClient(new RetryLaterHandler(services.GetRequiredService<TimeProvider>()) { InnerHandler = new SocketsHttpHandler() }));
        try
        {
            return builder.Build();
        }
        catch (AggregateException wrong)
        {
            // In development the container looks at every registration that it can see through.
            throw new SpoutConfigurationException(
                $"{string.Join(' ', wrong.InnerExceptions.Select(static each => each.GetBaseException().Message).Distinct())} "
                + "Register what is missing where the program is put together.", wrong);
        }
    }

    /// <summary>The exit code for an error, and the last line of the log: what is wrong, and what to do.</summary>
    internal static (int Code, string Text) Explain(Exception error) => error switch
    {
        SpoutConfigurationException or CursorTooLargeException => (ExitCodes.Configuration, error.Message),
        RefusedException refused => (ExitCodes.Unexpected, refused.Message),
        SupersededException superseded => (superseded.ExitCode, superseded.Message),
        ImpossibleDataException impossible => (ExitCodes.Data, impossible.Message),
        LocalPachdException local => (ExitCodes.Unavailable, local.Message),
        PachydermException { Kind: PachydermErrorKind.Unauthenticated } none when none.Message.Contains("no authentication token", StringComparison.Ordinal) => (
            ExitCodes.Configuration, $"{none.Message} Auth is on and nobody gave this program a token. In a worker: {Pachctl.UpdatePipeline("NAME")}; elsewhere: pachctl auth login"),
        PachydermException { Kind: PachydermErrorKind.Unauthenticated } revoked => (ExitCodes.Replaced,
            $"{revoked.Message} The token was revoked: an update has replaced this worker, or an administrator has."),
        PachydermException { Kind: PachydermErrorKind.Unreachable } unreachable => (ExitCodes.Unavailable, unreachable.Message),
        PachydermException { Kind: PachydermErrorKind.Forgotten } forgotten => (ExitCodes.Configuration,
            $"{forgotten.Message} The data of that commit is lost and blocks its repo; an administrator frees it by dropping that commit and those above it, from the head down: {Of(forgotten, Pachctl.DropCommit)}"),
        PachydermException { Kind: PachydermErrorKind.NotTheSidecar } wrongDoor => (ExitCodes.Configuration,
            $"{wrongDoor.Message} Only a worker's own sidecar may open commits there: check that PEER_PORT is the sidecar's port, not pachd's."),
        PachydermException { Kind: PachydermErrorKind.NotFound } missing when MissingRepo().IsMatch(missing.Message) => (ExitCodes.Configuration,
            $"{missing.Message} There is no such repo, and so no such pipeline: check its project, or create it with the spec that the build wrote: {Of(missing, static (project, _, _) => Pachctl.ListPipelines(project))}"),
        PachydermException { Kind: PachydermErrorKind.NotFound } missing when missing.Message.Contains("branch \"", StringComparison.Ordinal) => (
            ExitCodes.Configuration, $"{missing.Message} The output branch was deleted, or the pipeline has another one: {Of(missing, static (project, repo, _) => Pachctl.ListBranches(project, repo))}"),
        PachydermException { Kind: PachydermErrorKind.NotFound } missing => (ExitCodes.Configuration,
            $"{missing.Message} Check that the pipeline is there, in this project and with this output branch: {Of(missing, static (project, repo, _) => $"{Pachctl.ListPipelines(project)}; {Pachctl.ListBranches(project, repo)}")}"),
        PachydermException { Kind: PachydermErrorKind.PermissionDenied } denied => (ExitCodes.Configuration,
            $"{denied.Message} The pipeline's token may write to its own output repo only; let Pachyderm make a new one with: {Pachctl.UpdatePipeline("NAME")}"),
        PachydermException unforeseen => (ExitCodes.Unexpected, $"Unexpected: {unforeseen}"),
        SourceFailedException failed => (ExitCodes.Unexpected, failed.ToString()),
        _ => (ExitCodes.Unexpected, $"Unexpected: {error}"),
    };

    // A command about what the message names: project/repo@id.
    private static string Of(PachydermException error, Func<string, string, string, string> command) =>
        Named().Match(error.Message) is { Success: true } named
            ? command(named.Groups[1].Value, named.Groups[2].Value, named.Groups[3].Value)
            : command("PROJECT", "REPO", "ID");

    [GeneratedRegex(@"([\w-]+)/([\w-]+)@([\w-]+)")]
    private static partial Regex Named();

    // Whatever is missing inside of a missing repo is named as well.
    [GeneratedRegex(@"repo (?:\(id=[^)]*\)|\S+) not found|no role binding exists for")]
    private static partial Regex MissingRepo();
}
