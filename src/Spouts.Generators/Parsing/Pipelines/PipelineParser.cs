using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models;
using Spouts.Generators.Models.Pipelines;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing.Pipelines;

/// <summary>Reads what a class says of its pipeline; annotations of its base classes hold where it has none of its own.</summary>
internal sealed class PipelineParser(INamedTypeSymbol type, AttributeData spout, Mistakes mistakes, CancellationToken cancellation)
{
    /// <summary>All of it, with the mistakes reported.</summary>
    public PipelineModel Parse(string name)
    {
        AttributeData? resources = SourceMethods.Annotation(type, KnownTypes.ResourcesAttribute);
        AttributeData? service = SourceMethods.Annotation(type, KnownTypes.ServiceAttribute);
        AttributeData[] secrets = [.. SourceMethods.Levels(type)
            .SelectMany(static level => level.GetAttributes())
            .Where(static attribute => attribute.AttributeClass.Is(KnownTypes.SecretAttribute))];
        return new()
        {
            Description = spout.Text("Description"),
            Project = Project(name),
            Parallelism = Parallelism(service is not null),
            Labels = Metadata("Labels", "label", WorkerPod.HasLabel, KubernetesNames.IsLabelValue),
            Annotations = Metadata("Annotations", "annotation", WorkerPod.HasAnnotation, static _ => true),
            Secrets = new SecretParser(mistakes, cancellation).Parse(secrets),
            Resources = resources is null ? null : new ResourcesParser(resources, mistakes, cancellation).Parse(),
            Service = service is null ? null : ServiceParser.Parse(service, mistakes, cancellation),
        };
    }

    private string? Project(string name)
    {
        if (spout.Text("Project") is not { } project)
            return null;
        LocationInfo? place = spout.Place("Project", cancellation);
        if (!Names.IsLegalProject(project))
        {
            mistakes.Add(
                Rules.IllegalProject, place, project, "use lower-case letters, digits and inner dashes, at most 51 characters");
        }
        else if (Names.Worker(project, name) is var worker && Names.IsLegalSpout(name) && Names.IsTooLongForWorker(worker))
        {
            mistakes.Add(
                Rules.IllegalProject, place, project,
                $"Kubernetes would call the worker '{worker}', which has {worker.Length} characters and may have 63; shorten it, or the spout's name");
        }

        return project;
    }

    private int Parallelism(bool listens)
    {
        int workers = spout.Value<int>("Parallelism") ?? 1;
        string? problem = workers < 1 ? "at least one worker must run"
            : workers > 1 && listens ? "the service would also send to those that only wait; leave it at 1"
            : null;
        if (problem is not null)
            mistakes.Add(Rules.IllegalParallelism, spout.Place("Parallelism", cancellation), $"{workers}", problem);
        return workers;
    }

    private EquatableArray<MetadataModel> Metadata(string argument, string what, Func<string, bool> isTaken, Func<string, bool> isLegalValue)
    {
        List<MetadataModel> all = [];
        foreach (string text in spout.Texts(argument))
        {
            string[] parts = text.Split(['='], 2);
            string? problem = parts.Length < 2 ? "write it as \"key=value\""
                : !KubernetesNames.IsMetadataKey(parts[0])
                    ? "its key is a name of up to 63 letters, digits, '-', '_' and '.', maybe with a domain and '/' before it"
                : isTaken(parts[0]) ? "Pachyderm itself sets it"
                : all.Any(other => other.Key == parts[0]) ? "its key is there twice"
                : !isLegalValue(parts[1]) ? "its value has up to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends"
                : null;
            if (problem is not null)
                mistakes.Add(Rules.IllegalMetadata, spout.Place(argument, cancellation), text, what, problem);
            else
                all.Add(new(parts[0], parts[1]));
        }

        return new(all);
    }
}
