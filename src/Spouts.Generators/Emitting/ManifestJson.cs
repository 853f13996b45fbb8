using System.Globalization;
using Spouts.Generators.Models;
using Spouts.Generators.Models.Pipelines;

namespace Spouts.Generators.Emitting;

/// <summary>Says in JSON what the build must know of a spout. What is at its default is left out.</summary>
internal static class ManifestJson
{
    public static JsonObject Of(SpoutModel spout)
    {
        PipelineModel pipeline = spout.Pipeline;
        return new JsonObject()
            .Add("name", spout.Name)
            .Add("class", spout.Class.Replace("global::", ""))
            .Add("outputBranch", spout.OutputBranch)
            .Add("description", pipeline.Description)
            .Add("project", pipeline.Project)
            .Add("labels", Of(pipeline.Labels))
            .Add("annotations", Of(pipeline.Annotations))
            .Add("parallelism", pipeline.Parallelism == 1 ? null : pipeline.Parallelism)
            .AddAll("secrets", pipeline.Secrets.Count == 0 ? null : pipeline.Secrets.Select(static secret => Of(secret).ToString()))
            .Add("resources", pipeline.Resources is { } resources ? Of(resources) : null)
            .Add("service", pipeline.Service is { } service ? Of(service) : null)
            .AddAll("sources", spout.Sources.Select(static source => Of(source).ToString()));
    }

    private static JsonObject? Of(EquatableArray<MetadataModel> metadata) => metadata.Count == 0 ? null
        : metadata.Aggregate(new JsonObject(), static (json, one) => json.Add(one.Key, one.Value));

    private static JsonObject Of(SecretModel secret) => new JsonObject()
        .Add("name", secret.Name)
        .Add("key", secret.Key)
        .Add("environment", secret.Environment)
        .Add("mountPath", secret.MountPath);

    private static JsonObject Of(ResourcesModel resources) => new JsonObject()
        .Add("cpu", resources.Cpu)
        .Add("memory", resources.Memory)
        .Add("disk", resources.Disk)
        .Add("cpuLimit", resources.CpuLimit)
        .Add("memoryLimit", resources.MemoryLimit)
        .Add("diskLimit", resources.DiskLimit);

    private static JsonObject Of(ServiceModel service) => new JsonObject()
        .Add("port", service.Port)
        .Add("externalPort", service.ExternalPort)
        .Add("type", service.Type);

    private static JsonObject Of(SourceModel source) => source.Trigger switch
    {
        PollModel poll => Source(source, "poll").Add("interval", poll.Interval.ToString("c", CultureInfo.InvariantCulture)),
        ScheduleModel schedule => Source(source, "schedule").Add("cron", schedule.Cron).Add("timeZone", schedule.TimeZone),
        StreamModel => Source(source, "stream"),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source.Trigger, "A trigger without a kind."),
    };

    private static JsonObject Source(SourceModel source, string kind)
    {
        CursorArgument[] cursors = [.. source.Arguments.OfType<CursorArgument>()];
        return new JsonObject()
            .Add("name", source.Name)
            .Add("kind", kind)
            .AddAll("cursors", cursors.Length == 0 ? null : cursors.Select(static cursor => Of(cursor).ToString()));
    }

    private static JsonObject Of(CursorArgument cursor) => new JsonObject().Add("name", cursor.Name).Add("type", cursor.Type);
}
