namespace Spouts.Local.Children;

/// <summary>A line of a worker's log, with the fields that a real one has, in their order.</summary>
/// <param name="Severity">Always <c>info</c>: a program's own levels are its own.</param>
/// <param name="Stream">Where the program wrote it; null: the worker says it itself.</param>
internal sealed record WorkerLine(
    string Severity,
    DateTimeOffset Ts,
    string Message,
    string WorkerId,
    string ProjectName,
    string PipelineName,
    bool Master,
    string JobId,
    bool User,
    string? Stream);
