namespace Spouts.Generators.Models;

/// <summary>What the spouts are compiled into.</summary>
internal sealed record HostModel
{
    /// <summary>Whether it is an executable without an entry point of its own.</summary>
    public required bool NeedsMain { get; init; }

    /// <summary>The assembly's name.</summary>
    public required string Assembly { get; init; }

    /// <summary>The classes with <c>AddSpouts</c> of the projects whose internals it sees, such as the program that it tests.</summary>
    public required EquatableArray<string> Friends { get; init; }

    /// <summary>The assembly of a class library, whose spouts run in the programs that refer to it; null for a program.</summary>
    public required string? Library { get; init; }

    /// <summary>The spouts of the libraries that a program refers to.</summary>
    public required EquatableArray<LibrarySpout> Spouts { get; init; }

    /// <summary>The spouts of the libraries that a library refers to, which programs have through those.</summary>
    public required EquatableArray<LibrarySpout> Inner { get; init; }

    /// <summary>The spouts of libraries that only other libraries refer to.</summary>
    public required EquatableArray<LibrarySpout> OutOfSight { get; init; }

    /// <summary>The path of the framework that it refers to, beside which the documentation is; null where it has no file.</summary>
    public required string? Framework { get; init; }

    /// <summary>The version of C#, if it is too old for generated code; else null.</summary>
    public required string? OldLanguage { get; init; }
}
