namespace Spouts.Generators.Tests;

/// <summary>Each mistake in what a class says of its pipeline: that it is reported at its place, and that its legal neighbours are not.</summary>
public sealed class PipelineDiagnosticsTests
{
    private const string Longest = "a123456789b123456789c123456789d123456789e123456789f";

    public static TheoryData<string> Mistakes =>
    [
        // SPOUT030, no spout
        """[{|SPOUT030:Secret("db", MountPath = "/a")|}, {|SPOUT030:Secret("dc", MountPath = "/b")|}, {|SPOUT030:Resources(Cpu = 1)|}, {|SPOUT030:Service(8080)|}, {|SPOUT030:Retry(Attempts = 1)|}] class None; [Spout("b")]""",

        // SPOUT035, secrets
        """[Secret({|SPOUT035:"Db"|}, Key = "a", Environment = "A")] [Spout("a")]""",
        """[Secret({|SPOUT035:null!|}, Key = "a", Environment = "A")] [Spout("a")]""",
        """[Secret({|SPOUT035:"a..b"|}, Key = "a", Environment = "A")] [Spout("a")]""",
        """[Secret({|SPOUT035:"a.b"|}, MountPath = "/a")] [Spout("a")]""",
        """[{|SPOUT035:Secret("db")|}] [Spout("a")]""",
        """[{|SPOUT035:Secret("db", Key = "a")|}] [Spout("a")]""",
        """[{|SPOUT035:Secret("db", Environment = "A")|}] [Spout("a")]""",
        """[{|SPOUT035:Secret("db", Key = "a", MountPath = "/a")|}] [Spout("a")]""",
        """[Secret("db", Key = {|SPOUT035:"a b"|}, Environment = "A")] [Spout("a")]""",
        """[Secret("db", Key = {|SPOUT035:".."|}, Environment = "A")] [Spout("a")]""",
        """[Secret("db", Key = "a", Environment = {|SPOUT035:"A=B"|})] [Spout("a")]""",
        """[Secret("db", Key = "a", Environment = {|SPOUT035:"1A"|})] [Spout("a")]""",
        """[Secret("db", Key = "a", Environment = "A")] [Secret("dc", Key = "a", Environment = {|SPOUT035:"A"|})] [Spout("a")]""",
        """[Secret("db", MountPath = {|SPOUT035:"a"|})] [Spout("a")]""",
        """[Secret("db", MountPath = {|SPOUT035:""|})] [Spout("a")]""",
        """[Secret("db", MountPath = {|SPOUT035:"/a:b"|})] [Spout("a")]""",
        """[Secret("db", MountPath = {|SPOUT035:"/a/../pfs"|})] [Spout("a")]""",
        """[Secret("db", MountPath = {|SPOUT035:"/"|})] [Spout("a")]""",
        """[Secret("db", MountPath = {|SPOUT035:"/pfs/"|})] [Spout("a")]""",
        """[Secret("db", MountPath = "/a")] [Secret("dc", MountPath = {|SPOUT035:"/a/"|})] [Spout("a")]""",

        // SPOUT036, two mounts
        """[Secret("db", MountPath = "/a")] [Secret({|SPOUT036:"db"|}, MountPath = "/b")] [Spout("a")]""",

        // SPOUT037, variables
        """[Secret("db", Key = "a", Environment = {|SPOUT037:"PACH_IN_WORKER"|})] [Spout("a")]""",
        """[Secret("db", Key = "a", Environment = {|SPOUT037:"POSTGRES_PASSWORD"|})] [Spout("a")]""",
        """[Secret("db", Key = "a", Environment = {|SPOUT037:"DET_MASTER_HOST"|})] [Spout("a")]""",

        // SPOUT038, resources
        """[Resources(Cpu = {|SPOUT038:-1|})] [Spout("a")]""",
        """[Resources(Cpu = {|SPOUT038:0|}, CpuLimit = {|SPOUT038:double.PositiveInfinity|})] [Spout("a")]""",
        """[Resources(Cpu = 1, CpuLimit = {|SPOUT038:0.5|})] [Spout("a")]""",
        """[Resources(Memory = {|SPOUT038:"lots"|}, Disk = {|SPOUT038:""|})] [Spout("a")]""",
        """[Resources(Memory = {|SPOUT038:"1Q"|}, MemoryLimit = {|SPOUT038:"1 Gi"|}, Disk = {|SPOUT038:"0"|}, DiskLimit = {|SPOUT038:"-1G"|})] [Spout("a")]""",
        """[Resources(Memory = {|SPOUT038:"9223372036854775808"|}, Disk = {|SPOUT038:"8Ei"|}, DiskLimit = {|SPOUT038:"1e99"|})] [Spout("a")]""",
        """[Resources(Memory = {|SPOUT038:"1KI"|}, MemoryLimit = {|SPOUT038:"1K"|}, Disk = {|SPOUT038:"."|}, DiskLimit = {|SPOUT038:"1m"|})] [Spout("a")]""",
        """[Resources(Memory = "1Gi", MemoryLimit = {|SPOUT038:"1G"|}, Disk = "1000.5M", DiskLimit = {|SPOUT038:"1e9"|})] [Spout("a")]""",

        // SPOUT039, labels and annotations
        """[Spout("a", Labels = {|SPOUT039:["team"]|})]""",
        """[Spout("a", Labels = {|SPOUT039:new[] { null!, "" }|})]""",
        """[Spout("a", Labels = {|SPOUT039:["=web"]|})]""",
        """[Spout("a", Labels = {|SPOUT039:["a b=web"]|})]""",
        """[Spout("a", Labels = {|SPOUT039:["a/b/c=web"]|})]""",
        """[Spout("a", Labels = {|SPOUT039:["Example.org/a=web"]|})]""",
        """[Spout("a", Labels = {|SPOUT039:["team=a=b"]|})]""",
        """[Spout("a", Labels = {|SPOUT039:["team=-a"]|})]""",
        """[Spout("a", Labels = {|SPOUT039:["team=a", "team=b"]|})]""",
        """[Spout("a", Labels = {|SPOUT039:["app=web"]|}, Annotations = {|SPOUT039:["specCommit=1"]|})]""",
        """[Spout("a", Annotations = {|SPOUT039:["team"]|})]""",

        // SPOUT040, services
        """[Service({|SPOUT040:0|})] [Spout("a")]""",
        """[Service({|SPOUT040:65536|})] [Spout("a")]""",
        """[Service({|SPOUT040:1653|})] [Spout("a")]""",
        """[Service(8080, ExternalPort = {|SPOUT040:-1|})] [Spout("a")]""",
        """[Service(8080, Type = {|SPOUT040:ServiceType.NodePort|})] [Spout("a")]""",
        """[Service(30000, Type = {|SPOUT040:ServiceType.NodePort|})] [Spout("a")]""",
        """[Service(8080, ExternalPort = {|SPOUT040:8080|}, Type = ServiceType.NodePort)] [Spout("a")]""",
        """[Service(8080, ExternalPort = {|SPOUT040:32768|}, Type = ServiceType.NodePort)] [Spout("a")]""",
        """[Service(8080, Type = {|SPOUT040:(ServiceType)7|})] [Spout("a")]""",

        // SPOUT041, workers
        """[Spout("a", Parallelism = {|SPOUT041:0|})]""",
        """[Spout("a", Parallelism = {|SPOUT041:-2|})]""",
        """[Service(8080)] [Spout("a", Parallelism = {|SPOUT041:2|})]""",

        // SPOUT042, projects
        """[Spout("a", Project = {|SPOUT042:"Web"|})]""",
        """[Spout("a", Project = {|SPOUT042:""|})]""",
        """[Spout("a", Project = {|SPOUT042:"web_shop"|})]""",
        $$"""[Spout("a", Project = {|SPOUT042:"{{Longest}}g"|})]""",
        $$"""[Spout("{{Longest}}", Project = {|SPOUT042:"long-name"|})]""",
    ];

    public static TheoryData<string> Legal =>
    [
        """[Secret("db.prod", Key = "tls.crt", Environment = "A.B-c_1")] [Secret("db.prod", Key = "k", Environment = "POSTGRES_URL")] [Spout("a")]""",
        """[Secret("db", Key = "a", Environment = "A", MountPath = "/pfs2/a b")] [Secret("dc", MountPath = "/pfs/a")] [Secret("dc", Key = "a", Environment = "B")] [Spout("a")]""",
        """[Resources] [Spout("a")]""",
        """[Resources(Cpu = 0.5, CpuLimit = 0.5, Memory = "1000M", MemoryLimit = "1G", Disk = "1024Mi", DiskLimit = "1073741824")] [Spout("a")]""",
        """[Resources(Memory = ".5Gi", MemoryLimit = "1e9", Disk = "1.k", DiskLimit = "7.5Ei")] [Spout("a")]""",
        """[Spout("a", Labels = ["team=web", "example.org/Tier_1.x=", "a=B.c-d_9"], Annotations = ["example.org/note=a = b, ü", "app=web"])]""",
        """[Spout("a", Labels = new string[0], Annotations = null!)]""",
        """[Service(8080)] [Spout("a", Parallelism = 1)]""",
        """[Service(65535, ExternalPort = 1653, Type = ServiceType.LoadBalancer)] [Spout("a")]""",
        """[Service(8080, ExternalPort = 30000, Type = ServiceType.NodePort)] [Spout("a")]""",
        """[Spout("a", Parallelism = 5, Project = "web-shop")]""",
        $$"""[Spout("{{Longest}}", Project = "default")]""",
        $$"""[Spout("clicks", Project = "{{Longest}}")]""",
        """[Secret("db", Key = "a", Environment = "A"), Resources(Cpu = 1), Service(8080), Retry(Attempts = 1)] abstract class Base; [Spout("b")]""",
        """[Secret("db", Key = "a", Environment = "A"), Retry(Timeout = "1m")] class Base<T>; [Spout("b")] class B : Base<int> { [Stream] public IAsyncEnumerable<SpoutFile> Fetch(CancellationToken stop) => throw new OperationCanceledException(stop); } [Spout("c")]""",
    ];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_reported_where_it_is(string marked) => Marked.Verify(Within(marked));

    [Theory]
    [MemberData(nameof(Legal))]
    public void What_is_legal_is_not_reported(string attributes) => Marked.Verify(Within(attributes));

    private static string Within(string attributes) =>
        $$"""
        using Spouts;
        namespace Demo;
        [Spout("other")] class Other { [Poll("30s")] public SpoutFile[] Fetch() => []; }
        {{attributes}} class A { [Stream] public IAsyncEnumerable<SpoutFile> Fetch(CancellationToken stop) => throw new OperationCanceledException(stop); }
        """;
}
