using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spouts.Generators.Memory;
using Spouts.Generators.Models;

namespace Spouts.Generators.Parsing;

/// <summary>Finds out what spouts are compiled into.</summary>
internal static class HostParser
{
    private const LanguageVersion OldestLanguage = LanguageVersion.CSharp12;

    public static HostModel Parse(Compilation compilation, CancellationToken cancellation)
    {
        bool isProgram = compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication;
        bool isLibrary = compilation.Options.OutputKind is OutputKind.DynamicallyLinkedLibrary;
        IReadOnlyList<LibrarySpout> named = isProgram || isLibrary ? ReferencedLibraries.Spouts(compilation, cancellation) : [];
        EquatableArray<LibrarySpout> spouts = new(named.Where(static spout => spout.NamedBy == spout.Library));
        return new()
        {
            Assembly = compilation.AssemblyName ?? "",
            Friends = new(ReferencedLibraries.Friends(compilation, cancellation)),
            NeedsMain = isProgram && compilation.Options.MainTypeName is null && compilation.GetEntryPoint(cancellation) is null,
            Library = isLibrary ? compilation.AssemblyName : null,
            Spouts = isProgram ? spouts : EquatableArray<LibrarySpout>.Empty,
            Inner = isLibrary ? spouts : EquatableArray<LibrarySpout>.Empty,
            OutOfSight = new(named.Where(spout => spout.NamedBy != spout.Library && !IsReferenced(compilation, spout.Library))),
            Framework = compilation.References.OfType<PortableExecutableReference>().Select(static reference => reference.FilePath)
                .FirstOrDefault(static path => path?.EndsWith(LibraryParser.Framework + ".dll", StringComparison.Ordinal) is true),
            OldLanguage = compilation is CSharpCompilation { LanguageVersion: < OldestLanguage and var version } ? version.ToDisplayString() : null,
        };
    }

    private static bool IsReferenced(Compilation compilation, string assembly) =>
        compilation.ReferencedAssemblyNames.Any(referenced => referenced.Name == assembly);
}
