using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Spouts.Generators.Tests.CodeFixes;

/// <summary>A fix, one mistake at a time and all at once; Roslyn's own library compares and compiles both.</summary>
internal static class Fixed
{
    /// <summary>Verifies what becomes of the members of a spout.</summary>
    public static Task VerifyAsync<TAnalyzer, TFix>(string members, string @fixed)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new() =>
        VerifyClassAsync<TAnalyzer, TFix>(Spout(members), Spout(@fixed));

    /// <summary>Verifies what becomes of whole classes.</summary>
    public static Task VerifyClassAsync<TAnalyzer, TFix>(string classes, string @fixed)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier> test = new()
        {
            TestCode = Usings + classes,
            FixedCode = Usings + @fixed,

            // The framework beside this test instead of packages from elsewhere.
            ReferenceAssemblies = new ReferenceAssemblies("net10.0"),
        };

        // What a fix leaves to the author stays marked.
        test.FixedState.MarkupHandling = MarkupMode.Allow;
        test.TestState.AdditionalReferences.AddRange(Compiled.References);
        test.SolutionTransforms.Add(static (solution, project) => solution
            .WithProjectParseOptions(project, Compiled.ParseOptions)
            .WithProjectCompilationOptions(project, solution.GetProject(project)!.CompilationOptions!.WithOutputKind(OutputKind.DynamicallyLinkedLibrary)));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private const string Usings =
        """
        #nullable enable
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Net.Http;
        using System.Runtime.CompilerServices;
        using System.Threading;
        using System.Threading.Tasks;
        using Spouts;


        """;

    private static string Spout(string members) =>
        $$"""
        [Spout("a")]
        class A
        {
        {{string.Join("\n", members.Split('\n').Select(static line => line.Length == 0 ? line : "    " + line))}}
        }
        """;
}
