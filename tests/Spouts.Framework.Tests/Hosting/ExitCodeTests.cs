using Spouts.Hosting;

namespace Spouts.Tests.Hosting;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(PachydermErrorKind.Unauthenticated, 77, "revoked")]
    [InlineData(PachydermErrorKind.Unreachable, 69, "what the server said")]
    [InlineData(PachydermErrorKind.Forgotten, 64, "pachctl delete commitV2")]
    [InlineData(PachydermErrorKind.NotTheSidecar, 64, "PEER_PORT")]
    [InlineData(PachydermErrorKind.NotFound, 64, "pachctl list branch")]
    [InlineData(PachydermErrorKind.PermissionDenied, 64, "pachctl update pipeline")]
    [InlineData(PachydermErrorKind.Unexpected, 70, "what the server said")]
    public void An_error_of_Pachyderms_ends_the_process_with_its_code_and_a_cure(PachydermErrorKind kind, int code, string cure)
    {
        (int found, string text) = SpoutProgram.Explain(new PachydermException(kind, "what the server said."));

        Assert.Equal(code, found);
        Assert.Contains(cure, text, StringComparison.Ordinal);
    }
}
