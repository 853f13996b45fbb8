using Spouts.Chaos.Processes;

namespace Spouts.Chaos.Faults;

/// <summary>Something that goes wrong while a spout is at work.</summary>
internal abstract class Fault
{
    /// <summary>What goes wrong, as the tables call it.</summary>
    public abstract string Class { get; }

    /// <summary>The exit codes with which a spout may end because of it.</summary>
    public virtual IReadOnlyList<int> Exits => [];

    /// <summary>Lets it happen. Afterwards the scene's leader is the only process again.</summary>
    public abstract Task StrikeAsync(Scene scene, CancellationToken cancellation);

    public override string ToString() => Class;
}
