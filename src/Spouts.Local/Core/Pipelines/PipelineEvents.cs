namespace Spouts.Local.Core.Pipelines;

/// <summary>Tells the rest of the process what has become of a pipeline: its door opens and closes, its worker goes.</summary>
internal sealed class PipelineEvents
{
    /// <summary>A pipeline was created, updated, started, stopped or deleted; the change is durable.</summary>
    public event Action<string, string>? Changed;

    public void Raise(string project, string name) => Changed?.Invoke(project, name);
}
