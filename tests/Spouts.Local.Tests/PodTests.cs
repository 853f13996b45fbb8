using System.Text.Json.Nodes;
using Google.Protobuf;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Pods;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>What a pipeline's pod is made of.</summary>
public sealed class PodTests
{
    [Fact]
    public void Variables_of_the_spec_come_before_those_of_Pachyderm_so_that_these_win()
    {
        List<string> names = [.. Names(User(Pod("""{"transform": {"env": {"PEER_PORT": "9", "A": ""}, "secrets": [{"name": "s", "key": "k", "envVar": "PASSWORD"}]}}"""))["env"]!)];
        Assert.Equal(["A", "PEER_PORT", "PASSWORD", "PACH_IN_WORKER"], names[..4]);
        Assert.True(names.LastIndexOf("PEER_PORT") > 3);
    }

    [Fact]
    public void An_empty_variable_has_no_value()
        => Assert.False(User(Pod("""{"transform": {"env": {"A": ""}}}"""))["env"]![0]!.AsObject().ContainsKey("value"));

    [Fact]
    public void The_init_container_takes_over_requests_but_no_GPU_and_all_limits()
    {
        JsonObject pod = Pod("""
            {"resourceRequests": {"cpu": 0.5, "gpu": {"type": "nvidia.com/gpu", "number": "1"}},
             "resourceLimits": {"memory": "1Gi", "gpu": {"type": "nvidia.com/gpu", "number": "1"}}}
            """);
        Same("""{"requests": {"cpu": "500m", "nvidia.com/gpu": "1"}, "limits": {"memory": "1Gi", "nvidia.com/gpu": "1"}}""", User(pod)["resources"]);
        Same("""{"requests": {"cpu": "500m", "memory": "64M"}, "limits": {"memory": "1Gi", "nvidia.com/gpu": "1"}}""", pod["initContainers"]![0]!["resources"]);
    }

    [Fact]
    public void Without_requests_and_limits_the_installation_decides_for_the_user_and_the_sidecar_asks_for_little()
    {
        JsonObject pod = Pod("{}");
        Same("""{"requests": {"cpu": "1", "memory": "256Mi", "ephemeral-storage": "1Gi"}}""", User(pod)["resources"]);
        Same("""{"requests": {"cpu": "0", "memory": "64M"}}""", Sidecar(pod)["resources"]);
    }

    [Fact]
    public void An_amount_that_cannot_be_read_is_left_out()
        => Same("""{"requests": {"cpu": "-1"}}""", User(Pod("""{"resourceRequests": {"cpu": -1, "memory": "lots", "disk": "1Q"}}"""))["resources"]);

    [Fact]
    public void The_sidecar_is_told_its_memory_limit_before_its_request()
    {
        JsonArray variables = Sidecar(Pod("""{"sidecarResourceRequests": {"memory": "1Mi"}, "sidecarResourceLimits": {"cpu": 1}}"""))["env"]!.AsArray();
        Same("""{"name": "K8S_MEMORY_LIMIT", "value": "0"}""", variables[^2]);
        Same("""{"name": "K8S_MEMORY_REQUEST", "value": "1048576"}""", variables[^1]);
    }

    [Fact]
    public void The_merge_patch_goes_first_and_what_Kubernetes_does_not_know_is_dropped()
    {
        JsonObject pod = Pod("""
            {"podSpec": "{\"hostNetwork\":true,\"nosuch\":1,\"restartPolicy\":null}",
             "podPatch": "[{\"op\":\"test\",\"path\":\"/hostNetwork\",\"value\":true},{\"op\":\"replace\",\"path\":\"/hostNetwork\",\"value\":false}]"}
            """);
        Assert.False(pod.ContainsKey("nosuch"));
        Assert.False(pod.ContainsKey("restartPolicy"));
        Assert.False(pod.ContainsKey("hostNetwork"));
        Assert.Equal(0, pod["terminationGracePeriodSeconds"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"podSpec": "[]"}""", "json: cannot unmarshal array into Go value of type v1.PodSpec")]
    [InlineData("""{"podSpec": "5"}""", "Invalid JSON Patch")]
    [InlineData("""{"podSpec": "{\"containers\":5}"}""", "json: cannot unmarshal number into Go struct field PodSpec.containers of type []v1.Container")]
    [InlineData("""{"podSpec": "{\"containers\":[{\"image\":5}]}"}""", "json: cannot unmarshal number into Go struct field Container.containers.image of type string")]
    [InlineData("""{"podSpec": "{\"priority\":1.5}"}""", "json: cannot unmarshal number 1.5 into Go struct field PodSpec.priority of type int32")]
    public void A_patch_that_leaves_no_pod_says_why(string spec, string error)
        => Assert.Equal(error, Assert.Throws<PachException>(() => Pod(spec)).Message);

    [Fact]
    public void A_numeric_user_confines_the_pod_and_a_named_one_does_not()
    {
        Assert.Equal(7, Pod("""{"transform": {"user": "7"}}""")["securityContext"]!["runAsUser"]!.GetValue<long>());
        Assert.False(Pod("""{"transform": {"user": "bob"}}""").ContainsKey("securityContext"));
        Assert.False(User(Pod("""{"transform": {"user": "7:7"}}""")).ContainsKey("securityContext"));
    }

    private static JsonObject Pod(string spec)
    {
        CreatePipelineRequest request = JsonParser.Default.Parse<CreatePipelineRequest>(spec);
        request.Pipeline = new Pipeline { Project = new Project { Name = "default" }, Name = "s" };
        request.Transform ??= new Transform();
        request.Spout = new Spout();
        PipelineInfo info = SpecInfo.From(request);
        info.SpecCommit = new Commit { Id = "0123456789ab40123456789abcdef012" };
        return new PodSpec(new PodSettings(), info).Build();
    }

    private static JsonObject User(JsonObject pod) => pod["containers"]![0]!.AsObject();

    private static JsonObject Sidecar(JsonObject pod) => pod["containers"]![1]!.AsObject();

    private static IEnumerable<string> Names(JsonNode list) => list.AsArray().Select(item => item!["name"]!.GetValue<string>());

    private static void Same(string expected, JsonNode? actual)
        => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, is {actual?.ToJsonString()}");
}
