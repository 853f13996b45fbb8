namespace Spouts.Generators.Tests.RandomPrograms;

/// <summary>A type that a random program may have in a cursor.</summary>
/// <param name="Name">The type as C# names it from anywhere.</param>
/// <param name="Value">Writes a random value of it, as a C# expression.</param>
/// <param name="IsReference">Whether it is a reference type.</param>
/// <param name="IsConstant">Whether its values can be defaults of parameters.</param>
/// <param name="Depth">How deep it nests.</param>
internal sealed record RandomType(string Name, Func<Random, string> Value, bool IsReference = false, bool IsConstant = false, int Depth = 0)
{
    private const string Collections = "global::System.Collections.Generic";

    /// <summary>Its default by itself: null for a class; none of the collections, text or records that cannot be null begins with it.</summary>
    public string? NullOrDefault { get; init; }

    public RandomType OrNull() => new(
        $"{Name}?", random => random.Next(4) == 0 ? "null" : Value(random), IsReference, IsConstant, Depth) { NullOrDefault = "null" };

    public static RandomType Array(RandomType of) => Collection(of, $"{of.Name}[]", $"new {of.Name}[] {{");

    public static RandomType List(RandomType of) => Collection(of, $"{Collections}.List<{of.Name}>");

    public static RandomType HashSet(RandomType of) => Collection(of, $"{Collections}.HashSet<{of.Name}>");

    public static RandomType ReadOnlyList(RandomType of) => Collection(of, $"{Collections}.IReadOnlyList<{of.Name}>", $"new {Collections}.List<{of.Name}> {{");

    public static RandomType ImmutableArray(RandomType of) => new(
        $"global::System.Collections.Immutable.ImmutableArray<{of.Name}>",
        random => $"global::System.Collections.Immutable.ImmutableArray.CreateRange(new {Collections}.List<{of.Name}> {{ {Elements(of, random)} }})", Depth: of.Depth + 1);

    public static RandomType Dictionary(RandomType of) => new(
        $"{Collections}.Dictionary<string, {of.Name}>",
        random => $"new {Collections}.Dictionary<string, {of.Name}> {{ {string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => $"[{Constants.Text(random)}] = {of.Value(random)}"))} }}",
        IsReference: true, Depth: of.Depth + 1);

    private static RandomType Collection(RandomType of, string name, string? make = null) =>
        new(name, random => $"{make ?? $"new {name} {{"} {Elements(of, random)} }}", IsReference: true, Depth: of.Depth + 1);

    private static string Elements(RandomType of, Random random) => string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => of.Value(random)));
}
