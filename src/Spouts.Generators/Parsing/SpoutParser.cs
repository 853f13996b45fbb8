using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models;
using Spouts.Generators.Models.Pipelines;
using Spouts.Generators.Parsing.Pipelines;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing;

/// <summary>Reads a class marked with <c>[Spout]</c> into values.</summary>
internal sealed class SpoutParser
{
    private const string DefaultBranch = "master";

    private readonly INamedTypeSymbol _type;
    private readonly AttributeData _attribute;
    private readonly CancellationToken _cancellation;
    private readonly Mistakes _mistakes;
    private readonly (IMethodSymbol Method, ImmutableArray<AttributeData> Triggers)[] _sources;

    private SpoutParser(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        _type = (INamedTypeSymbol)context.TargetSymbol;
        _attribute = context.Attributes[0];
        _cancellation = cancellation;
        _mistakes = new Mistakes(LocationInfo.From(_type.Locations[0]));
        _sources = [.. SourceMethods.Of(_type)
            .Select(static method => (method, method.AllTriggers()))
            .Where(static source => source.Item2.Length > 0)];
    }

    public static ParsedSpout Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation) =>
        new SpoutParser(context, cancellation).Parse();

    private ParsedSpout Parse()
    {
        bool isNamed = _attribute.TryGetText(out string name);
        return new()
        {
            Name = isNamed ? name : null,
            Class = _type.Qualified(),
            NameLocation = _attribute.Place(null, _cancellation),
            Model = isNamed && _type.TypeKind is TypeKind.Class ? Model(name) : null,
            Diagnostics = _mistakes.ToArray(),
        };
    }

    private SpoutModel? Model(string name)
    {
        if (!Names.IsLegalSpout(name))
            _mistakes.Add(Rules.IllegalSpoutName, _attribute.Place(null, _cancellation), name);

        string branch = _attribute.Text("OutputBranch") ?? DefaultBranch;
        if (!Names.IsLegalBranch(branch))
            _mistakes.Add(Rules.IllegalBranch, _attribute.Place("OutputBranch", _cancellation), branch);

        PipelineModel pipeline = new PipelineParser(_type, _attribute, _mistakes, _cancellation).Parse(name);
        ConstructorModel? constructor = new ConstructorParser(_type, _mistakes).Parse();
        SourceModel?[] sources = Sources();
        if (_mistakes.Count > 0 || constructor is null || sources.Contains(null))
            return null;
        return new()
        {
            Name = name,
            Class = _type.Qualified(),
            OutputBranch = branch,
            Pipeline = pipeline,
            Constructor = constructor,
            Sources = new(sources!),
        };
    }

    private SourceModel?[] Sources()
    {
        if (_sources.Length == 0)
            _mistakes.Add(Rules.NoSource, null, _type.Name);

        SourceParser parser = new(_type, new TriggerParser(_mistakes, _cancellation), _mistakes, _cancellation);
        List<SourceModel?> sources = [];
        foreach ((IMethodSymbol method, ImmutableArray<AttributeData> triggers) in _sources)
        {
            _cancellation.ThrowIfCancellationRequested();
            sources.Add(parser.Parse(method, triggers));
        }

        CheckNames();
        return [.. sources];
    }

    /// <summary>Finds names and former names that two sources ask for.</summary>
    private void CheckNames()
    {
        Dictionary<string, string> methods = new(StringComparer.Ordinal);
        foreach ((IMethodSymbol method, ImmutableArray<AttributeData> triggers) in _sources)
        {
            string name = triggers[0].Text("Name") ?? method.Name;
            if (methods.TryGetValue(name, out string? first))
                _mistakes.Add(Rules.SourcesOfOneName, LocationInfo.From(method.Locations[0]), name, first);
            else
                methods.Add(name, method.Name);
        }

        foreach ((IMethodSymbol method, ImmutableArray<AttributeData> triggers) in _sources)
        {
            if (triggers[0].Text("FormerName") is not { } former)
                continue;
            if (methods.TryGetValue(former, out string? user))
                _mistakes.Add(Rules.FormerNameInUse, triggers[0].Place("FormerName", _cancellation), former, user);
            else
                methods.Add(former, method.Name);
        }
    }
}
