using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Diagnostics;

/// <summary>
/// Every mistake that the generator and the analyzers report. An id is never used again; each has a page <c>docs/diagnostics/ID.md</c> and a
/// row in <c>AnalyzerReleases.Unshipped.md</c>.
/// </summary>
internal static class Rules
{
    private const string Category = "Spouts";

    public static readonly DiagnosticDescriptor IllegalSpoutName = SpoutError(
        "SPOUT001", "Illegal spout name",
        "'{0}' cannot be the name of a spout: use lower-case letters, digits and inner dashes, at most 51 characters",
        "The spout's name becomes the name of a pipeline, a repo and Kubernetes objects; the strictest of their rules counts.");

    public static readonly DiagnosticDescriptor SpoutsOfOneName = SpoutError(
        "SPOUT002", "Two spouts of one name",
        "The name '{0}' is that of {1} and of {2}: give one of them another name",
        "A spout's name is the name of its pipeline and of its output repo, which it cannot share.");

    public static readonly DiagnosticDescriptor IllegalBranch = SpoutError(
        "SPOUT003", "Illegal output branch",
        "'{0}' cannot be the name of a branch: use letters, digits, '-' and '_', and nothing that looks like a commit id",
        "Pachyderm refuses the branch when the pipeline is created.");

    public static readonly DiagnosticDescriptor NotConstructible = SpoutError(
        "SPOUT004", "The spout cannot be constructed",
        "No object of the spout '{0}' can be made: {1}",
        "The program makes one object of each spout, with the constructor's parameters taken from its services.");

    public static readonly DiagnosticDescriptor RunValueInConstructor = SpoutError(
        "SPOUT005", "A constructor takes what belongs to a run",
        "An object of '{0}' is made with a '{1}', which exists only while a source runs: take it as a parameter of the source method",
        "A spout's object outlives the runs of its sources; cursors, context and cancellation belong to one run.");

    public static readonly DiagnosticDescriptor NoSource = SpoutError(
        "SPOUT006", "A spout without a source",
        "The spout '{0}' has no source and would never commit anything: mark a method of it with [Poll], [Schedule] or [Stream]",
        "The sources of a spout are the marked methods of its class and of its base classes.");

    public static readonly DiagnosticDescriptor SourceOutsideSpout = Error(
        "SPOUT007", "A source outside a spout",
        "The method '{0}' is marked as a source but would never run: mark its class with [Spout], derive a spout from it or make it abstract, or remove the mark",
        "Only the methods of a class marked with [Spout] and those that it inherits are run.");

    public static readonly DiagnosticDescriptor NotCallable = SpoutError(
        "SPOUT008", "The source cannot be called",
        "The source '{0}' cannot be called: {1}",
        "Generated code calls the method directly, without reflection.");

    public static readonly DiagnosticDescriptor WrongReturnType = SpoutError(
        "SPOUT009", "A source returns no files",
        "The source '{0}' returns '{1}': let it return {2}",
        "What a source returns is what is committed.");

    public static readonly DiagnosticDescriptor IllegalDuration = SpoutError(
        "SPOUT010", "Illegal duration",
        "'{0}' is no duration: write days, hours, minutes and seconds in that order, such as \"30s\" or \"1h30m\", from 1s to 365d",
        "Durations are read when the program is compiled.");

    public static readonly DiagnosticDescriptor UnserialisableCursor = SpoutError(
        "SPOUT011", "The cursor cannot be saved",
        "The cursor '{0}' of type '{1}' cannot be saved: {2}",
        "Cursors travel in the description of each commit, as JSON that is written without reflection.");

    public static readonly DiagnosticDescriptor SourcesOfOneName = SpoutError(
        "SPOUT012", "Two sources of one name",
        "The name '{0}' is also that of the source '{1}': set Name on one of them, such as [Poll(\"30s\", Name = ...)]",
        "A source's name is its key in the ledger, under which its cursors are kept.");

    public static readonly DiagnosticDescriptor IllegalSourceName = SpoutError(
        "SPOUT013", "Illegal source name",
        "'{0}' cannot be the name of a source: use up to 64 ASCII letters, digits, '-' and '_', with Name if need be",
        "A source's name is its key in the ledger, which is also typed on command lines.");

    public static readonly DiagnosticDescriptor IllegalPath = Error(
        "SPOUT014", "Illegal path",
        "Pachyderm cannot keep a file at this path: {0}",
        "Pachyderm refuses the path, or could write it but never read it again.");

    public static readonly DiagnosticDescriptor BlockingCall = Warning(
        "SPOUT015", "A source blocks its thread",
        "'{0}' blocks the thread of the source '{1}': {2}",
        "A blocked source cannot be cancelled, and holds a thread that others wait for.");

    public static readonly DiagnosticDescriptor NoCancellation = Warning(
        "SPOUT016", "A source cannot be cancelled",
        "The source '{0}' calls '{1}' without a token: take a CancellationToken as a parameter and pass it on",
        "Without a token, a run goes on after its spout was fenced or told to stop.");

    public static readonly DiagnosticDescriptor CursorAfterYield = Warning(
        "SPOUT017", "A cursor moves behind appended files",
        "The cursor '{0}' moves behind files that are appended, and they may be appended twice: have each file carry its position (SpoutFile.WithCursor)",
        "Where a cursor moves behind its files, nothing says of a file whether it is read; a run that is cut among them brings them again.");

    public static readonly DiagnosticDescriptor DisposedStream = Warning(
        "SPOUT018", "A stream is disposed twice",
        "The stream '{0}' is handed to a file, which disposes it when it has been read: remove 'using'",
        "A file's stream is opened, read and disposed while the batch is staged, maybe after the source has returned.");

    public static readonly DiagnosticDescriptor CatchesEverything = Warning(
        "SPOUT019", "A source hides its errors",
        "The source '{0}' catches everything and goes on: catch what you expect, or throw again",
        "A run that ends well is committed with its cursor; what it failed to fetch would never be fetched again.");

    public static readonly DiagnosticDescriptor EndsProcess = Warning(
        "SPOUT020", "A source ends its process",
        "'{0}' in the source '{1}' ends the process between two calls of Pachyderm: throw an exception instead",
        "What the run has yielded is lost, and exit code 0 means to Pachyderm that the spout has finished for good.");

    public static readonly DiagnosticDescriptor ReadsConsole = Warning(
        "SPOUT021", "A source reads the console",
        "'{0}' in the source '{1}' has nobody to ask: a worker has no input",
        "In a cluster nobody types; settings come from the configuration.");

    public static readonly DiagnosticDescriptor LostFile = Warning(
        "SPOUT022", "A file is made and forgotten",
        "What '{0}' answers is not used, so nothing comes of it: yield, return or keep it",
        "A file is a value: making one commits nothing, and Appended and OnCommitted answer changed copies.");

    public static readonly DiagnosticDescriptor WritesToMount = Warning(
        "SPOUT023", "A spout has no /pfs",
        "'{0}' leads nowhere in a spout: return a SpoutFile whose path begins at the root of the repo",
        "Nothing that a spout writes below /pfs is committed, and there is no input below it.");

    public static readonly DiagnosticDescriptor CursorFromClock = Warning(
        "SPOUT024", "The clock moves the cursor",
        "The cursor '{0}' is set to the present time: set it to the time of the last item, or to one read before fetching",
        "What arrives between the fetch and this reading of the clock would never be fetched.");

    public static readonly DiagnosticDescriptor SecretCursor = Warning(
        "SPOUT025", "A secret in a cursor",
        "The cursor '{0}' looks like a secret, but everyone who may read the repo can read its cursors: take secrets from the configuration",
        "Cursors are kept in the description of each commit, for as long as the commit exists.");

    public static readonly DiagnosticDescriptor IllegalCron = SpoutError(
        "SPOUT026", "Illegal cron expression",
        "'{0}' is no cron expression: {1}",
        "The expression is read when the program is compiled, by the rules of the library that reads it when it runs.");

    public static readonly DiagnosticDescriptor NeverDue = SpoutError(
        "SPOUT027", "A schedule that is never due",
        "'{0}' is never due: there is no day of that month, in those months, on that day of the week",
        "The source would never run.");

    public static readonly DiagnosticDescriptor IllegalTimeZone = SpoutError(
        "SPOUT028", "Illegal time zone",
        "'{0}' is no name of a time zone: write an IANA name, such as \"Europe/Berlin\" or \"UTC\"",
        "The zone is looked up by its IANA name when the program starts.");

    public static readonly DiagnosticDescriptor SeveralTriggers = SpoutError(
        "SPOUT029", "A source with two triggers",
        "The source '{0}' has more than one of [Poll], [Schedule] and [Stream]: leave one of them, and give the other a method of its own",
        "Two triggers would be two sources that share one entry in the ledger.");

    public static readonly DiagnosticDescriptor IdleAnnotation = Error(
        "SPOUT030", "An annotation without effect",
        "[{0}] on '{1}' has no effect: {2}, or remove it",
        "Batches and retries are those of sources, secrets, resources and services those of spouts.");

    public static readonly DiagnosticDescriptor IllegalBatch = SpoutError(
        "SPOUT031", "Illegal limit of a batch",
        "The batch cannot be cut: {0}",
        "A batch ends at whichever of its limits is reached first.");

    public static readonly DiagnosticDescriptor IllegalRetry = SpoutError(
        "SPOUT032", "Illegal retry policy",
        "The source cannot be retried like this: {0}",
        "Delays grow from the first to the longest one.");

    public static readonly DiagnosticDescriptor DueOutsideSchedule = SpoutError(
        "SPOUT033", "A due time without a schedule",
        "The parameter '{0}' is the time that is due, but no schedule makes the source '{1}' due: mark it with [Schedule], or take a TimeProvider",
        "Only the times of a cron expression are due.");

    public static readonly DiagnosticDescriptor FormerNameInUse = SpoutError(
        "SPOUT034", "The former name is in use",
        "The former name '{0}' belongs to the source '{1}' too: remove FormerName, or give the other source another name",
        "Both sources would take over the cursors under that name.");

    public static readonly DiagnosticDescriptor IllegalSecret = SpoutError(
        "SPOUT035", "Illegal secret",
        "The worker cannot be given the secret '{0}': {1}",
        "Kubernetes refuses the worker's pod, or the program would not find the value.");

    public static readonly DiagnosticDescriptor SecretMountedTwice = SpoutError(
        "SPOUT036", "A secret is mounted twice",
        "The secret '{0}' is mounted twice: mount it once, its folder has a file for each of its keys",
        "Pachyderm would make two volumes of one name, with which Kubernetes refuses the pod.");

    public static readonly DiagnosticDescriptor TakenVariable = SpoutError(
        "SPOUT037", "A variable of Pachyderm's",
        "The variable '{0}' is one that Pachyderm sets for the worker: choose another name",
        "The worker would see Pachyderm's value instead of the secret, or lose what it needs to run.");

    public static readonly DiagnosticDescriptor IllegalResources = SpoutError(
        "SPOUT038", "Illegal resources",
        "The worker cannot be given its resources: {0}",
        "Pachyderm drops a quantity that it cannot read, without a word.");

    public static readonly DiagnosticDescriptor IllegalMetadata = SpoutError(
        "SPOUT039", "Illegal label or annotation",
        "'{0}' is no {1} of the worker's pod: {2}",
        "Kubernetes refuses the pod, or Pachyderm's own value wins.");

    public static readonly DiagnosticDescriptor IllegalService = SpoutError(
        "SPOUT040", "Illegal service",
        "Nobody could send to the spout's service: {0}",
        "The service leads to the port that the program listens on.");

    public static readonly DiagnosticDescriptor IllegalParallelism = SpoutError(
        "SPOUT041", "Illegal parallelism",
        "A spout cannot have {0} workers: {1}",
        "One worker runs the program, the others wait to take over.");

    public static readonly DiagnosticDescriptor IllegalProject = SpoutError(
        "SPOUT042", "Illegal project",
        "The spout cannot be in a project named '{0}': {1}",
        "The project's name is part of what Kubernetes calls the worker and its secret.");

    public static readonly DiagnosticDescriptor IdleWithin = SpoutError(
        "SPOUT043", "A limit to what is skipped anyway",
        "Within has no effect beside Missed.Skip, with which nothing runs late: remove one of the two",
        "Within says how late a missed time may still run.");

    public static readonly DiagnosticDescriptor IllegalFormerCursor = SpoutError(
        "SPOUT044", "Illegal former name of a cursor",
        "'{0}' cannot be the former name of the cursor '{1}': {2}",
        "With its next commit a cursor takes over the value that the ledger has under its former name.");

    public static readonly DiagnosticDescriptor ValueAsService = SpoutError(
        "SPOUT045", "A value is not a service",
        "'{0}' is filled from the program's services, which have no '{1}': give the parameter a default value, or take IConfiguration or a class of options",
        "Numbers, text, enums and other values are settings; nothing tells which of them a parameter means.");

    public static readonly DiagnosticDescriptor OldLanguage = SpoutError(
        "SPOUT046", "C# is too old",
        "Generated code is C# 12, and this project is compiled as C# {0}: remove LangVersion from the project, or set it to 12 or later",
        "The SDK compiles net10.0 as C# 14 unless LangVersion says otherwise.");

    public static readonly DiagnosticDescriptor SecretConstant = Warning(
        "SPOUT050", "A secret in the program",
        "A constant is used as a secret ({0}): take it from the configuration, and in a cluster from a Kubernetes secret with [Secret]",
        "Whoever may read the repository or the image can read the constants of the program.");

    public static readonly DiagnosticDescriptor AsyncVoid = Warning(
        "SPOUT051", "An async void in a spout",
        "Nobody awaits {0}: let it return a Task and await it",
        "It goes on after its run has been committed, and an exception in it ends the process.");

    public static readonly DiagnosticDescriptor EndlessStream = Warning(
        "SPOUT052", "A stream cannot be stopped",
        "The stream '{0}' cannot be stopped: {1}",
        "A stream runs until its token is cancelled: when its spout is fenced, or before it is run again.");

    public static readonly DiagnosticDescriptor LostSource = Warning(
        "SPOUT053", "A source or cursor is gone",
        "The exported spec of '{0}' has {1}, which is gone: {2} that it has become, or export again",
        "A source or cursor that is renamed without FormerName would begin anew; the program refuses to start.");

    public static readonly DiagnosticDescriptor EarlyAcknowledgement = Warning(
        "SPOUT054", "Acknowledgement before the commit",
        "'{0}' in a 'finally' around 'yield return' acknowledges before the file is committed: acknowledge in OnCommitted",
        "A 'finally' runs when the source is asked for its next file, or when its run fails. After a crash the source does not deliver the item again.");

    public static readonly DiagnosticDescriptor UncarriedPosition = Warning(
        "SPOUT055", "A stream's files do not carry its position",
        "The stream '{0}' cannot be cut when Period ends while it waits, because its files do not carry the cursor '{1}': yield each with SpoutFile.WithCursor({1}, …) instead of assigning the cursor",
        "A cursor that is assigned says which files it covers only when the next file comes, or the run ends.");

    public static readonly DiagnosticDescriptor NoSpout = Warning(
        "SPOUT056", "A program without a spout",
        "The program has neither a spout nor a Main: mark a class with [Spout], or write a Main",
        "Main is generated for programs that have a spout, or refer to a library that has one.");

    public static readonly DiagnosticDescriptor SpoutOutOfSight = Warning(
        "SPOUT057", "A spout of a library is not in the program",
        "The spout '{0}' of the library '{1}' is left out: '{2}' refers to the library, but this project does not; refer to '{1}' here too",
        "A program runs the spouts of the libraries that it refers to. DisableTransitiveProjectReferences and PrivateAssets hide those behind them.");

    /// <summary>
    /// An error with which its spout is left out. Turned off, it would make a build green that has lost the spout: the compiler takes no
    /// configuration for the one tag, and no <c>SuppressMessage</c> for the other.
    /// </summary>
    private static DiagnosticDescriptor SpoutError(string id, string title, string message, string description) =>
        Rule(DiagnosticSeverity.Error, id, title, message, description, WellKnownDiagnosticTags.NotConfigurable, WellKnownDiagnosticTags.Compiler);

    private static DiagnosticDescriptor Error(string id, string title, string message, string description) =>
        Rule(DiagnosticSeverity.Error, id, title, message, description);

    private static DiagnosticDescriptor Warning(string id, string title, string message, string description) =>
        Rule(DiagnosticSeverity.Warning, id, title, message, description);

    private static DiagnosticDescriptor Rule(DiagnosticSeverity severity, string id, string title, string message, string description, params string[] tags) => new(
        id, title, message, Category, severity, isEnabledByDefault: true, description, HelpLinks.To(id), tags);
}
