namespace Spouts.Generators.Models;

/// <summary>A member that must be set where the object is made.</summary>
/// <param name="Name">The member as C# names it; a keyword has its <c>@</c>.</param>
/// <param name="Value">What it is set to.</param>
internal sealed record RequiredMemberModel(string Name, ArgumentModel Value);
