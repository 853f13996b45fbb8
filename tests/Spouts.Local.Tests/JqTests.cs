using Spouts.Local.Core;
using Spouts.Local.Core.Jq;
using Spouts.Pachyderm.Protos.Pfs;
using Spouts.Pachyderm.Protos.Pps;
using Xunit;

namespace Spouts.Local.Tests;

public class JqTests
{
    private static readonly JobInfo s_job = new()
    {
        Job = new Job { Pipeline = new Pipeline { Project = new Project { Name = "default" }, Name = "edges" }, Id = "7" },
        PipelineVersion = 3,
        State = JobState.JobFailure,
        Reason = "datum 4 failed",
    };

    [Theory]
    [InlineData(".state == \"JOB_FAILURE\"")]
    [InlineData("select(.state == \"JOB_FAILURE\" or .state == \"JOB_KILLED\")")]
    [InlineData(".job.pipeline.name | startswith(\"ed\") and endswith(\"ges\")")]
    [InlineData(".job[\"pipeline\"].\"name\" | test(\"^EDGES$\"; \"i\")")]
    [InlineData("[.job.pipeline.name, .state] | contains([\"edges\"])")]
    [InlineData(".pipeline_version | tonumber > 2")]
    [InlineData("if .started then false elif .reason then true else false end")]
    [InlineData(".nosuch // .state | length == 11")]
    [InlineData("{name: .job.pipeline.name, state} | .name == \"edges\" and has(\"state\")")]
    [InlineData("(.reason | split(\" \") | .[1] | tonumber) * 2 - 1 == 7")]
    [InlineData("[.job.pipeline | to_entries | .[] | .key] == [\"name\", \"project\"]")]
    [InlineData("any(.job.pipeline[]; . == \"edges\")")]
    [InlineData(".. | select(. == \"7\")")]
    [InlineData("try error(\"x\") catch (. == \"error: \\\"x\\\"\")")]
    [InlineData(".job as $j | $j.id == \"7\" and ($j | .pipeline.name) == \"edges\"")]
    [InlineData(".reason[0:5] == \"datum\" and .reason[-6:] == \"failed\"")]
    [InlineData("[1, 2] < [1, 3] and {} > [] and null < false and \"a\" > 9")]
    [InlineData("-1 + 2 == 1 and 7 % 4 == 3 and 1 / 2 == 0.5")]
    [InlineData(".job.nosuch.deeper? | not")]
    [InlineData("# a remark\n.state # another\n")]
    public void A_message_passes(string filter) => Assert.True(JqFilter.Of(filter)!.Passes(s_job));

    [Theory]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("empty")]
    [InlineData(".nosuch")]
    [InlineData("select(.state == \"JOB_SUCCESS\")")]
    [InlineData(".pipelineVersion")]
    [InlineData(".state | .x?")]
    [InlineData("all(.job.pipeline[]; . == \"edges\")")]
    public void A_message_does_not_pass(string filter) => Assert.False(JqFilter.Of(filter)!.Passes(s_job));

    [Fact]
    public void No_filter_is_none() => Assert.Null(JqFilter.Of(""));

    [Theory]
    [InlineData("select(", "error parsing jq filter: unexpected token <EOF>")]
    [InlineData(".a b", "error parsing jq filter: unexpected token \"b\"")]
    [InlineData("{a: }", "error parsing jq filter: unexpected token \"}\"")]
    [InlineData(")", "error parsing jq filter: unexpected token \")\"")]
    [InlineData("1 == 2 == 3", "error parsing jq filter: unexpected token \"==\"")]
    [InlineData("\"a", "error parsing jq filter: unterminated string literal")]
    [InlineData("nosuch(1)", "error compiling jq filter: function not defined: nosuch/1")]
    [InlineData("$x", "error compiling jq filter: variable not defined: $x")]
    [InlineData("{$x}", "error compiling jq filter: variable not defined: $x")]
    public void What_is_no_filter_is_refused(string filter, string error)
        => Assert.Equal($"error creating message filter function: {error}", Assert.Throws<PachException>(() => JqFilter.Of(filter)).Message);

    [Theory]
    [InlineData("reduce .[] as $x (0; . + $x)", "reduce")]
    [InlineData("def f: 1; f", "def")]
    public void What_a_filter_has_no_use_for_is_said_to_be_missing(string filter, string named)
    {
        PachException refused = Assert.Throws<PachException>(() => JqFilter.Of(filter));
        Assert.Equal(ErrorKind.Unimplemented, refused.Kind);
        Assert.Contains($"\"{named}\"", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".state.x", "expected an object but got: string (\"JOB_FAILURE\")")]
    [InlineData(".state + 1", "cannot add: string (\"JOB_FAILURE\") and number (1)")]
    [InlineData(".state[]", "cannot iterate over: string (\"JOB_FAILURE\")")]
    [InlineData("1 / 0", "cannot divide number (1) by: number (0)")]
    [InlineData(".state | test(\"(\")", "invalid regular expression \"(\"")]
    public void A_filter_that_fails_on_a_message_says_on_what(string filter, string error)
        => Assert.Equal(
            $"error applying jq filter on proto message: {error}",
            Assert.Throws<PachException>(() => JqFilter.Of(filter)!.Passes(s_job)).Message);
}
