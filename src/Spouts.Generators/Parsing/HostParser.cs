using Microsoft.CodeAnalysis;
using Spouts.Generators.Memory;
using Spouts.Generators.Models;

namespace Spouts.Generators.Parsing;

/// <summary>Finds out what spouts are compiled into.</summary>
internal static class HostParser
{
    public static HostModel Parse(Compilation compilation, CancellationToken cancellation)
    {
        bool isProgram = compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication;
        return new()
        {
            NeedsMain = isProgram && compilation.Options.MainTypeName is null && compilation.GetEntryPoint(cancellation) is null,
            Library = compilation.Options.OutputKind is OutputKind.DynamicallyLinkedLibrary ? compilation.AssemblyName : null,
            Spouts = isProgram ? ReferencedLibraries.Spouts(compilation, cancellation) : EquatableArray<LibrarySpout>.Empty,
        };
    }
}
