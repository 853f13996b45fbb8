namespace Spouts;

/// <summary>
/// Marks a class as a spout: a Pachyderm pipeline without input that brings data in from outside. Its methods marked with
/// <see cref="PollAttribute"/>, <see cref="ScheduleAttribute"/> or <see cref="StreamAttribute"/> are its sources; what they yield
/// becomes commits of the pipeline's own output repo.
/// </summary>
/// <param name="name">
/// The pipeline's name, which is also the name of its output repo: lower-case letters, digits and inner dashes, at most 51
/// characters. Pachyderm itself allows more, but Kubernetes then refuses the worker.
/// </param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SpoutAttribute(string name) : Attribute
{
    /// <summary>The pipeline's name.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// The branch of the output repo that takes the commits. Pachyderm cannot change it once the pipeline exists.
    /// </summary>
    public string OutputBranch { get; set; } = "master";

    /// <summary>What the pipeline is for, in a sentence; shown by <c>pachctl inspect pipeline</c>.</summary>
    public string? Description { get; set; }

    /// <summary>
    /// The Pachyderm project of the pipeline (<c>pipeline.project</c>); unless set, that of the build (<c>SpoutsProject</c>), else
    /// pachctl decides.
    /// </summary>
    public string? Project { get; set; }

    /// <summary>
    /// How many workers Pachyderm keeps (<c>parallelismSpec.constant</c>). One of them runs the program; the others wait, and one of
    /// them takes over about fifteen seconds after it is gone.
    /// </summary>
    public int Parallelism { get; set; } = 1;

    /// <summary>Kubernetes labels of the worker's pod (<c>metadata.labels</c>), each as <c>"key=value"</c>.</summary>
    public string[] Labels { get; set; } = [];

    /// <summary>Kubernetes annotations of the worker's pod (<c>metadata.annotations</c>), each as <c>"key=value"</c>.</summary>
    public string[] Annotations { get; set; } = [];
}
