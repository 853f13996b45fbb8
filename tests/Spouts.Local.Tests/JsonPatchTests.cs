using System.Text.Json.Nodes;
using Spouts.Local.Core;
using Spouts.Local.Pods;
using Xunit;

namespace Spouts.Local.Tests;

/// <summary>A spec's patches of its pods: what they do, and how they fail.</summary>
public sealed class JsonPatchTests
{
    private const string Document = """{"a": {"b": 1}, "list": [1, 2, 3], "x/y": 0}""";

    [Theory]
    [InlineData("""[{"op": "add", "path": "/list/1", "value": 9}]""", """{"a": {"b": 1}, "list": [1, 9, 2, 3], "x/y": 0}""")]
    [InlineData("""[{"op": "add", "path": "/list/-", "value": 9}]""", """{"a": {"b": 1}, "list": [1, 2, 3, 9], "x/y": 0}""")]
    [InlineData("""[{"op": "remove", "path": "/list/-1"}]""", """{"a": {"b": 1}, "list": [1, 2], "x/y": 0}""")]
    [InlineData("""[{"op": "replace", "path": "/x~1y", "value": null}]""", """{"a": {"b": 1}, "list": [1, 2, 3], "x/y": null}""")]
    [InlineData("""[{"op": "replace", "path": "/new", "value": 1}]""", """{"a": {"b": 1}, "list": [1, 2, 3], "x/y": 0, "new": 1}""")]
    [InlineData("""[{"op": "move", "from": "/list/0", "path": "/a/c"}]""", """{"a": {"b": 1, "c": 1}, "list": [2, 3], "x/y": 0}""")]
    [InlineData("""[{"op": "copy", "from": "/a", "path": "/list/0"}]""", """{"a": {"b": 1}, "list": [{"b": 1}, 1, 2, 3], "x/y": 0}""")]
    [InlineData("""[{"op": "test", "path": "/a", "value": {"b": 1}}, {"op": "remove", "path": "/a"}]""", """{"list": [1, 2, 3], "x/y": 0}""")]
    [InlineData("null", Document)]
    public void A_patch_is_applied_in_order(string patch, string expected)
        => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonPatch.Apply(JsonNode.Parse(Document), JsonNode.Parse(patch))));

    [Theory]
    [InlineData("{}", "json: cannot unmarshal object into Go value of type jsonpatch.Patch")]
    [InlineData("[1]", "json: cannot unmarshal number into Go value of type jsonpatch.Operation")]
    [InlineData("""[{"path": "/a"}]""", "Unexpected kind: unknown")]
    [InlineData("""[{"op": "replace", "path": "/no/deep", "value": 1}]""", "replace operation does not apply: doc is missing path: /no/deep: missing value")]
    [InlineData("""[{"op": "add", "path": "/no/deep", "value": 1}]""", "add operation does not apply: doc is missing path: \"/no/deep\": missing value")]
    [InlineData("""[{"op": "remove", "path": "/no"}]""", "error in remove for path: '/no': Unable to remove nonexistent key: no: missing value")]
    [InlineData("""[{"op": "add", "path": "/list/9", "value": 1}]""", "error in add for path: '/list/9': Unable to access invalid index: 9: invalid index referenced")]
    [InlineData("""[{"op": "test", "path": "/a/b", "value": 2}]""", "testing value /a/b failed: test failed")]
    public void A_patch_that_does_not_apply_says_why(string patch, string error)
        => Assert.Equal(
            error,
            Assert.Throws<PachException>(() => JsonPatch.Apply(JsonNode.Parse(Document), JsonNode.Parse(patch))).Message);
}
