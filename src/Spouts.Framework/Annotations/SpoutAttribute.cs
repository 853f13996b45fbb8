namespace Spouts;

/// <summary>
/// Marks a class as a spout: a Pachyderm pipeline without input that brings data in from outside. Its methods marked with
/// <see cref="PollAttribute"/> are its sources; what they yield becomes commits of the pipeline's own output repo.
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
}
