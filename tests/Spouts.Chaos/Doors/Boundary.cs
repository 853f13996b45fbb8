namespace Spouts.Chaos.Doors;

/// <summary>A step of the recipe as the door sees it: a call, at which a fault can strike.</summary>
/// <param name="Step">The step.</param>
/// <param name="Method">The method that is called.</param>
/// <param name="After">The method that was called before, where several steps call the same one.</param>
/// <param name="IsOfRecovery">Whether only a spout in doubt calls it.</param>
internal sealed record Boundary(string Step, string Method, string? After = null, bool IsOfRecovery = false)
{
    public static Boundary Stage { get; } = new("stage", "CreateFileSet");

    public static Boundary Witness { get; } = new("witness", "InspectFile");

    public static Boundary Open { get; } = new("open", "StartCommit");

    public static Boundary Check { get; } = new("check", "InspectCommit", After: "StartCommit");

    public static Boundary Attach { get; } = new("attach", "AddFileSet");

    public static Boundary Publish { get; } = new("publish", "FinishCommit");

    public static Boundary Confirm { get; } = new("confirm", "InspectCommit", After: "FinishCommit");

    /// <summary>The last step, which is no call: the spout stops in the midst of it by itself.</summary>
    public static Boundary Acknowledge { get; } = new("acknowledge", Method: "");

    public static Boundary Recover { get; } = new("recover", "InspectBranch", After: "AddFileSet", IsOfRecovery: true);

    public static Boundary Search { get; } = new("search", "InspectCommit", After: "AddFileSet", IsOfRecovery: true);

    /// <summary>The calls of the recipe, in their order.</summary>
    public static IReadOnlyList<Boundary> Recipe { get; } = [Stage, Open, Check, Attach, Publish, Confirm];

    /// <summary>Every call that a spout makes.</summary>
    public static IReadOnlyList<Boundary> All { get; } = [.. Recipe, Witness, Recover, Search];

    public static Boundary Named(string step) => All.Append(Acknowledge).Single(boundary => boundary.Step == step);

    public override string ToString() => Step;
}
