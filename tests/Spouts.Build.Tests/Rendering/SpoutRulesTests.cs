using Spouts.Build.Tasks;

namespace Spouts.Build.Tests.Rendering;

/// <summary>Specs that Pachyderm or Kubernetes would refuse, or whose worker would never start.</summary>
public sealed class SpoutRulesTests : RenderTests
{
    [Fact]
    public void A_name_too_long_together_with_its_project_is_an_error_of_the_project()
    {
        string longest = new('a', 51);
        Assert.True(Render(TestAssembly.OneSpout(longest)).Execute());
        RenderSpouts task = Render(TestAssembly.OneSpout(longest));
        task.Project = "default1";

        Fails(task, "SPOUTB003", task.ProjectFile, "1 characters too long");
    }

    [Theory]
    [InlineData("Web")]
    [InlineData("web_analytics")]
    [InlineData("-web")]
    [InlineData("a234567890123456789012345678901234567890123456789012")]
    public void An_illegal_project_is_an_error_of_the_project_file(string project)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a"));
        task.Project = project;

        Fails(task, "SPOUTB005", task.ProjectFile, "SpoutsProject");
    }

    [Fact]
    public void The_project_of_a_spout_is_the_one_that_counts()
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a", "\"project\":\"Web\""));
        task.Project = "web";

        Fails(task, "SPOUTB005", task.ProjectFile, "'Web'");
    }

    [Theory]
    [InlineData("Clicks", "master", "'Clicks'")]
    [InlineData("clicks_1", "master", "'clicks_1'")]
    [InlineData("", "master", "''")]
    [InlineData("clicks-", "master", "'clicks-'")]
    [InlineData("a234567890123456789012345678901234567890123456789012", "master", "at most 51")]
    [InlineData("clicks", "feature/x", "'feature/x'")]
    [InlineData("clicks", "", "''")]
    [InlineData("clicks", "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0ff", "no UUID")]
    [InlineData("clicks", "0f1e2d3c4b5a49788695a4b3c2d1e0ff", "no UUID")]
    public void An_illegal_name_is_an_error(string name, string branch, string message)
    {
        RenderSpouts task = Render($$"""{"version":1,"spouts":[{"name":"{{name}}","outputBranch":"{{branch}}"}]}""");

        Fails(task, "SPOUTB010", task.ProjectFile, message);
    }

    [Theory]
    [InlineData("""{"name":"Api","key":"k","environment":"E"}""", "lower-case letters")]
    [InlineData("""{"name":"api"}""", "set Environment and Key, or MountPath")]
    [InlineData("""{"name":"api","environment":"E"}""", "set the Key")]
    [InlineData("""{"name":"api","key":"a b","environment":"E"}""", "unlike 'a b'")]
    [InlineData("""{"name":"api","key":"k","environment":"1=2"}""", "'1=2' cannot be")]
    [InlineData("""{"name":"api","mountPath":"secrets"}""", "an absolute folder")]
    [InlineData("""{"name":"api","mountPath":"/a:b"}""", "without a colon")]
    [InlineData("""{"name":"api","mountPath":"/"}""", "an absolute folder")]
    [InlineData("""{"name":"api.v1","mountPath":"/secrets"}""", "no dot")]
    [InlineData("""{"name":"api","mountPath":"/pfs"}""", "already")]
    [InlineData("""{"name":"api","mountPath":"/a"},{"name":"tls","mountPath":"/a/"}""", "already")]
    [InlineData("""{"name":"api","mountPath":"/a"},{"name":"api","mountPath":"/b"}""", "mounted twice")]
    public void A_secret_that_no_worker_can_have_is_an_error(string secrets, string message)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a", $"\"secrets\":[{secrets}]"));

        Fails(task, "SPOUTB011", task.ProjectFile, message);
    }

    [Theory]
    [InlineData("""{"name":"api.v1","key":"a.b_c-d","environment":"E"}""")]
    [InlineData("""{"name":"api","key":"k","environment":"E"},{"name":"api","key":"l","environment":"F"},{"name":"api","mountPath":"/a"}""")]
    public void One_secret_can_be_several_variables_and_a_folder(string secrets) =>
        Assert.True(Render(TestAssembly.OneSpout("a", $"\"secrets\":[{secrets}]")).Execute());

    [Theory]
    [InlineData("""{"memory":"lots"}""", "Memory = lots is no quantity")]
    [InlineData("""{"memory":"1Q"}""", "Memory = 1Q")]
    [InlineData("""{"memory":"1ki"}""", "Memory = 1ki")]
    [InlineData("""{"memory":""}""", "Memory =  is no quantity")]
    [InlineData("""{"disk":"-1Gi"}""", "Disk = -1Gi")]
    [InlineData("""{"cpu":0}""", "Cpu = 0")]
    [InlineData("""{"cpu":-1.5}""", "Cpu = -1.5")]
    [InlineData("""{"memoryLimit":"1 Gi"}""", "MemoryLimit = 1 Gi")]
    [InlineData("""{"cpu":2,"cpuLimit":1}""", "Cpu = 2 is more than CpuLimit = 1")]
    [InlineData("""{"memory":"1Gi","memoryLimit":"1G"}""", "Memory = 1Gi is more than MemoryLimit = 1G")]
    [InlineData("""{"disk":"1.5e9","diskLimit":"1400M"}""", "Disk = 1.5e9 is more than")]
    [InlineData("""{"cpuLimit":0.5}""", "less than the 1 that a cluster's defaults ask for; set Cpu too")]
    [InlineData("""{"memoryLimit":"128Mi"}""", "set Memory too")]
    public void Resources_that_no_machine_gives_are_an_error(string resources, string message)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a", $"\"resources\":{resources}"));

        Fails(task, "SPOUTB012", task.ProjectFile, message);
    }

    [Theory]
    [InlineData("""{"cpu":0.1,"cpuLimit":0.1,"memory":"128974848","memoryLimit":"123Mi"}""")]
    [InlineData("""{"cpuLimit":2,"memoryLimit":"256Mi","diskLimit":"1.1E"}""")]
    [InlineData("""{"memory":"129e6","disk":"1Ki","diskLimit":"1024"}""")]
    [InlineData("""{"memory":"1000m"}""")]
    public void Quantities_are_read_as_kubernetes_does(string resources) =>
        Assert.True(Render(TestAssembly.OneSpout("a", $"\"resources\":{resources}")).Execute());

    [Theory]
    [InlineData(0, 80, "ClusterIP", "no port 0")]
    [InlineData(65536, 80, "ClusterIP", "no port 65536")]
    [InlineData(1653, 80, "ClusterIP", "taken the port 1653")]
    [InlineData(8080, 0, "ClusterIP", "no port 0")]
    [InlineData(8080, 80, "ExternalName", "not 'ExternalName'")]
    [InlineData(8080, 80, "nodePort", "not 'nodePort'")]
    [InlineData(8080, 29999, "NodePort", "from 30000 to 32767")]
    [InlineData(8080, 32768, "NodePort", "not 32768")]
    public void A_service_that_cannot_be_is_an_error(int port, int externalPort, string type, string message)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a", $$"""
            "service":{"port":{{port}},"externalPort":{{externalPort}},"type":"{{type}}"}
            """));

        Fails(task, "SPOUTB013", task.ProjectFile, message);
    }

    [Theory]
    [InlineData("\"parallelism\":0", "at least one")]
    [InlineData("\"parallelism\":2,\"service\":{\"port\":8080,\"externalPort\":80,\"type\":\"ClusterIP\"}", "it listens")]
    public void Workers_that_cannot_be_are_an_error(string members, string message)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a", members));

        Fails(task, "SPOUTB014", task.ProjectFile, message);
    }

    [Theory]
    [InlineData("\"labels\":{\"team\":\"a b\"}", "label 'team=a b'")]
    [InlineData("\"labels\":{\"\":\"x\"}", "label '=x'")]
    [InlineData("\"labels\":{\"-team\":\"x\"}", "label '-team=x'")]
    [InlineData("\"labels\":{\"a/b/c\":\"x\"}", "label 'a/b/c=x'")]
    [InlineData("\"labels\":{\"Example.com/a\":\"x\"}", "label 'Example.com/a=x'")]
    [InlineData("\"labels\":{\"a\":\"a234567890123456789012345678901234567890123456789012345678901234\"}", "at most 63")]
    [InlineData("\"labels\":{\"pipelineName\":\"x\"}", "Pachyderm sets it itself")]
    [InlineData("\"annotations\":{\"a b\":\"x\"}", "annotation 'a b'")]
    public void Metadata_that_kubernetes_refuses_is_an_error(string members, string message)
    {
        RenderSpouts task = Render(TestAssembly.OneSpout("a", members));

        Fails(task, "SPOUTB015", task.ProjectFile, message);
    }
}
