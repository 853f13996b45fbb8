using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Spouts.Generators.Emitting;
using Spouts.Generators.Memory;
using Spouts.Generators.Models;
using Spouts.Generators.Parsing;
using Spouts.Generators.Symbols;

namespace Spouts.Generators;

/// <summary>
/// Turns the classes marked with <c>[Spout]</c> into <c>AddSpouts</c>, the manifest and, where the program has none, <c>Main</c>.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class SpoutGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ParsedSpout> spouts = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownTypes.SpoutAttribute,
                static (node, _) => node is ClassDeclarationSyntax or RecordDeclarationSyntax,
                static (marked, cancellation) => ParsedSpouts.Parse(marked, cancellation))
            .WithTrackingName(TrackingNames.Parse);

        IncrementalValueProvider<HostModel> host = context.CompilationProvider
            .Select(static (compilation, cancellation) => HostParser.Parse(compilation, cancellation))
            .WithTrackingName(TrackingNames.Host);

        IncrementalValueProvider<AppModel?> app = spouts
            .Select(static (spout, _) => spout.Model)
            .WithTrackingName(TrackingNames.Models)
            .Collect()
            .Combine(host)
            .Select(static (program, _) => AppModel.Create(program.Left, program.Right))
            .WithTrackingName(TrackingNames.App);

        IncrementalValueProvider<EquatableArray<DiagnosticInfo>> diagnostics = spouts
            .Collect()
            .Combine(host)
            .Select(static (found, _) => Mistakes(found.Left, found.Right))
            .WithTrackingName(TrackingNames.Diagnostics);

        context.RegisterSourceOutput(app, static (output, app) => Emit(output, app));
        context.RegisterSourceOutput(diagnostics.Combine(host.Select(static (host, _) => host.Framework)), static (output, found) =>
        {
            foreach (DiagnosticInfo diagnostic in found.Left)
                output.ReportDiagnostic(diagnostic.ToDiagnostic(found.Right));
        });
    }

    /// <summary>All mistakes, each once: one that two spouts inherit is one. Where C# is too old for generated code, it is the only one.</summary>
    private static EquatableArray<DiagnosticInfo> Mistakes(ImmutableArray<ParsedSpout> spouts, HostModel host) =>
        host.OldLanguage is not null ? new(HostMistakes.Find(spouts.Length, host)) : new(
            spouts.SelectMany(static spout => spout.Diagnostics)
                .Concat(SpoutsOfOneName.Find(spouts, host.Spouts))
                .Concat(HostMistakes.Find(spouts.Length, host))
                .Distinct());

    private static void Emit(SourceProductionContext output, AppModel? app)
    {
        if (app is null)
            return;
        if (LibraryEmitter.Emit(app) is { } library)
            output.AddSource("Spouts.Library.g.cs", library);
        CodecNames codecs = new(app);
        if (app.IsRegistered || app.Host.Friends.Count > 0)
            output.AddSource("Spouts.Registration.g.cs", new RegistrationEmitter(codecs).Emit(app));
        if (!app.IsRegistered)
            return;
        if (CodecEmitter.Emit(codecs) is { } cursors)
            output.AddSource("Spouts.Cursors.g.cs", cursors);
        output.AddSource("Spouts.Manifest.g.cs", ManifestEmitter.Emit(app));
        if (app.Host.NeedsMain)
            output.AddSource("Spouts.Main.g.cs", MainEmitter.Emit(app.Host.Assembly));
    }
}
