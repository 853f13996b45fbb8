namespace Spouts.Generators.Models;

/// <summary>How an object of a spout's class is made, from the program's services.</summary>
internal sealed record ConstructorModel
{
    /// <summary>The arguments of the constructor.</summary>
    public required EquatableArray<ArgumentModel> Arguments { get; init; }

    /// <summary>The members that are <c>required</c>, in the order of their declaration, those of the class first.</summary>
    public required EquatableArray<RequiredMemberModel> Members { get; init; }
}
