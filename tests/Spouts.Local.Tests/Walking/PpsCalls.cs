using System.Globalization;
using Google.Protobuf;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Tests.Walking;

/// <summary>The mutating calls of pps_v2.API, on a spout and on a transform that reads <see cref="PfsCalls.Input"/>.</summary>
internal static class PpsCalls
{
    private const string Spout = "s";
    private const string Transform = "t";
    private const string Waiting = "JobCreated";
    private const string Killed = "JobKilled";

    public static IEnumerable<WalkCall> All { get; } =
    [
        new("/pps_v2.API/CreatePipelineV2", _ => true, async w =>
        {
            bool update = w.Known.Has($"pipeline {Spout}");
            w.Will(f => Version(f, w, Spout));
            await w.Server.Pps.CreatePipelineV2Async(new()
            {
                CreatePipelineRequestJson =
                    $$$"""{"pipeline": {"project": {"name": "{{{w.Project}}}"}, "name": "{{{Spout}}}"}, "transform": {"cmd": ["x"]}, "spout": {}}""",
                Update = update,
            });
        }),
        new("/pps_v2.API/CreatePipeline", _ => true, async w =>
        {
            CreatePipelineRequest request = new()
            {
                Pipeline = Pipeline(w, Transform),
                Transform = new Transform { Cmd = { "x" } },
                Input = new Input { Pfs = new PFSInput { Project = w.Project, Repo = PfsCalls.Input, Glob = "/" } },
                Update = w.Known.Has($"pipeline {Transform}"),
            };
            w.Will(f => Version(f, w, Transform));
            await w.Server.Pps.CreatePipelineAsync(request);
        }),
        OnPipeline("RerunPipeline", _ => true, async (w, name) =>
        {
            w.Will(f => Version(f, w, name));
            await w.Server.Pps.RerunPipelineAsync(new() { Pipeline = Pipeline(w, name) });
        }),
        OnPipeline("StopPipeline", fact => !IsStopped(fact), async (w, name) =>
        {
            w.Will(f => Stop(f, name));
            await w.Server.Pps.StopPipelineAsync(new() { Pipeline = Pipeline(w, name) });
        }),
        OnPipeline("StartPipeline", IsStopped, async (w, name) =>
        {
            w.Will(f =>
            {
                f[$"pipeline {name}"] = f[$"pipeline {name}"].Replace("stopped", "running", StringComparison.Ordinal);
                if (name == Transform)
                    AddJob(f);
            });
            await w.Server.Pps.StartPipelineAsync(new() { Pipeline = Pipeline(w, name) });
        }),
        OnPipeline("DeletePipeline", _ => true, async (w, name) =>
        {
            w.Will(f => Stop(f, name));
            w.Will(f => Delete(f, name));
            await w.Server.Pps.DeletePipelineAsync(new() { Pipeline = Pipeline(w, name) });
        }),
        new("/pps_v2.API/DeletePipelines", f => f.Under("pipeline ").Count > 0, async w =>
        {
            // Stopped one by one, the newest first, then gone together. Which is the newest the facts do not tell.
            foreach (string name in await NewestFirstAsync(w))
                w.Will(f => Stop(f, name));
            w.Will(f =>
            {
                foreach (string name in f.Under("pipeline "))
                    Delete(f, name);
            });
            await w.Server.Pps.DeletePipelinesAsync(new() { Projects = { new Project { Name = w.Project } } });
        }),
        new("/pps_v2.API/StopJob", f => f.Jobs(Transform).Contains(Waiting), async w =>
        {
            int at = w.Known.Jobs(Transform).IndexOf(Waiting);
            Job job = await JobAsync(w, at);
            w.Will(f =>
            {
                List<string> jobs = f.Jobs(Transform);
                jobs[at] = Killed;
                f.SetJobs(Transform, jobs);
            });
            await w.Server.Pps.StopJobAsync(new() { Job = job });
        }),
        new("/pps_v2.API/DeleteJob", f => f.Jobs(Transform).Count > 0, async w =>
        {
            Job job = await JobAsync(w, 0);
            w.Will(f => f.SetJobs(Transform, f.Jobs(Transform).Skip(1)));
            await w.Server.Pps.DeleteJobAsync(new() { Job = job });
        }),
        new("/pps_v2.API/CreateSecret", f => !f.Has("secret"), async w =>
        {
            w.Will(f => f["secret"] = "");
            await w.Server.Pps.CreateSecretAsync(new()
            {
                File = ByteString.CopyFromUtf8($$$"""{"metadata": {"name": "{{{Secret(w).Name}}}"}, "data": {"user": "YQ=="}}"""),
            });
        }),
        new("/pps_v2.API/DeleteSecret", f => f.Has("secret"), async w =>
        {
            w.Will(f => f.Remove("secret"));
            await w.Server.Pps.DeleteSecretAsync(new() { Secret = Secret(w) });
        }),
        new("/pps_v2.API/SetProjectDefaults", _ => true, async w =>
        {
            string defaults = $$$"""{"createPipelineRequest": {"description": "{{{w.Fresh()}}}"}}""";
            w.Will(f => f["defaults"] = defaults);
            await w.Server.Pps.SetProjectDefaultsAsync(new() { Project = new Project { Name = w.Project }, ProjectDefaultsJson = defaults });
        }),
    ];

    public static Pipeline Pipeline(Walker w, string name) => new() { Project = new Project { Name = w.Project }, Name = name };

    public static Secret Secret(Walker w) => new() { Name = $"{w.Project}-secret" };

    /// <summary>What a new commit upstream of the transform does.</summary>
    public static void AddJob(Facts facts)
    {
        if (facts.TryGetValue($"pipeline {Transform}", out string? fact) && !IsStopped(fact))
            facts.SetJobs(Transform, facts.Jobs(Transform).Prepend(Waiting));
    }

    private static WalkCall OnPipeline(string method, Func<string, bool> can, Func<Walker, string, Task> make) => new(
        $"/pps_v2.API/{method}",
        facts => Those(facts, can).Count > 0,
        walker => make(walker, walker.Any(Those(walker.Known, can))));

    private static List<string> Those(Facts facts, Func<string, bool> can) => facts.Under("pipeline ").FindAll(name => can(facts[$"pipeline {name}"]));

    private static bool IsStopped(string fact) => fact.EndsWith("stopped", StringComparison.Ordinal);

    private static void Version(Facts facts, Walker w, string name)
    {
        string old = facts.GetValueOrDefault($"pipeline {name}", "0 running");
        facts[$"pipeline {name}"] = $"{int.Parse(old.Split(' ')[0], CultureInfo.InvariantCulture) + 1} {old.Split(' ')[1]}";
        facts[$"repo {name}"] = $"Output repo for pipeline {w.Project}/{name}.";
        if (name != Transform)
            return;
        KillJobs(facts);
        AddJob(facts);
    }

    private static void Stop(Facts facts, string name)
    {
        facts[$"pipeline {name}"] = facts[$"pipeline {name}"].Replace("running", "stopped", StringComparison.Ordinal);
        if (name == Transform)
            KillJobs(facts);
    }

    private static void Delete(Facts facts, string name)
    {
        facts.Remove($"pipeline {name}");
        facts.Remove($"repo {name}");
        facts.Remove($"jobs {name}");
    }

    private static void KillJobs(Facts facts)
        => facts.SetJobs(Transform, facts.Jobs(Transform).ConvertAll(state => state == Waiting ? Killed : state));

    private static async Task<List<string>> NewestFirstAsync(Walker w)
    {
        List<string> names = [];
        using var list = w.Server.Pps.ListPipeline(new() { Projects = { new Project { Name = w.Project } } });
        while (await list.ResponseStream.MoveNext(CancellationToken.None))
            names.Add(list.ResponseStream.Current.Pipeline.Name);
        return names;
    }

    private static async Task<Job> JobAsync(Walker w, int at)
    {
        using var list = w.Server.Pps.ListJob(new() { Pipeline = Pipeline(w, Transform), History = -1 });
        for (; at >= 0; at--)
            await list.ResponseStream.MoveNext(CancellationToken.None);
        return list.ResponseStream.Current.Job;
    }
}
