using System.Text.Json;
using System.Text.Json.Nodes;
using Spouts.Local.Core.Auth;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Core.Pipelines;

/// <summary>What pipelines are made with where their users say nothing: the defaults of the cluster and of projects, and their change.</summary>
internal static class Defaults
{
    /// <summary>What a new cluster begins with, text for text.</summary>
    public const string NewCluster =
        """{"createPipelineRequest":{"resourceRequests":{"cpu":1, "memory":"256Mi", "disk":"1Gi"}, "sidecarResourceRequests":{"cpu":1, "memory":"256Mi", "disk":"1Gi"}}}""";

    // The cluster's are kept in the same table as those of projects: no project is without a name.
    private const string OfCluster = "";

    public static string Cluster(Tx tx) => Find(tx, OfCluster)?.Json ?? NewCluster;

    /// <summary>The defaults of a project, which need not exist, and who set them.</summary>
    public static GetProjectDefaultsResponse Project(Tx tx, string project)
        => Find(tx, project) is { } row
            ? new() { ProjectDefaultsJson = row.Json, CreatedAt = Times.Timestamp(row.CreatedAt), CreatedBy = row.CreatedBy }
            : new() { ProjectDefaultsJson = "{}" };

    /// <summary>Keeps the defaults of a project; null: of the cluster.</summary>
    public static void Set(Change change, string? project, string json)
        => change.Tx.Execute(
            """
            INSERT INTO project_defaults (project, json, created_at, created_by) VALUES (@project, @json, @Now, @Maker)
            ON CONFLICT (project) DO UPDATE SET json = @json, created_at = @Now, created_by = @Maker
            """,
            new { project = project ?? OfCluster, json, change.Now, change.Maker });

    /// <summary>Refuses defaults under which no pipeline could be made. What is wrong in them is not in the text, as in the real server.</summary>
    public static void Check(Tx tx, string? project, string json)
    {
        if (project is null)
        {
            Refuse("invalid cluster defaults JSON", () => JsonChecker.Check(json, ClusterDefaults.Descriptor));
            Refuse($"could not merge cluster defaults {json} into built-in defaults {Specs.BuiltIn}", () => Specs.Merge(Parse(json), new JsonObject(), []));
        }
        else
        {
            string cluster = Cluster(tx);
            Refuse($"could not merge project defaults {json} into cluster defaults {cluster}", () => Specs.Merge(Parse(cluster), Parse(json), []));
        }
    }

    /// <summary>The pipelines whose effective spec would come out different now, each with what would make it so.</summary>
    public static List<CreatePipelineTransaction> Affected(Tx tx, Caller caller, string? project)
    {
        List<CreatePipelineTransaction> affected = [];
        foreach (PipelineInfo info in PipelineList.Of(tx, caller, new ListPipelineRequest()))
        {
            if (project is not null && info.Pipeline.Project.Name != project)
                continue;
            (string json, CreatePipelineRequest spec) = Specs.Effective(tx, info.UserSpecJson);
            if (!spec.Equals(SpecParser.Parse(info.EffectiveSpecJson).Request))
                affected.Add(new CreatePipelineTransaction { CreatePipelineRequest = spec, EffectiveJson = json, UserJson = info.UserSpecJson });
        }

        return affected;
    }

    public static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new PachException(e.Message);
        }
    }

    private static DefaultsRow? Find(Tx tx, string project)
        => tx.Find<DefaultsRow>("SELECT json, created_at, created_by FROM project_defaults WHERE project = @project", new { project });

    private static void Refuse(string what, Action check)
    {
        try
        {
            check();
        }
        catch (PachException)
        {
            throw new PachException(ErrorKind.InvalidArgument, what);
        }
    }

    private sealed record DefaultsRow
    {
        public string Json { get; init; } = "";

        public long CreatedAt { get; init; }

        public string CreatedBy { get; init; } = "";
    }
}
