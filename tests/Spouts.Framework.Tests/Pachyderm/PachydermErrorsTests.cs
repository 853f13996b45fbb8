using Grpc.Core;
using Spouts.Pachyderm;

namespace Spouts.Tests.Pachyderm;

/// <summary>The texts are those that a real server gave (see the recorded scenarios).</summary>
public sealed class PachydermErrorsTests
{
    [Theory]
    [InlineData(StatusCode.Unknown, "commit default/s@0123 has already finished", PachydermErrorKind.AlreadyFinished)]
    [InlineData(StatusCode.Unknown, "start commit in transaction: create commit: parent commit default/s@0123 has not been finished", PachydermErrorKind.HeadOpen)]
    [InlineData(StatusCode.Unknown, "add file set: path does not exist", PachydermErrorKind.FileSetGone)]
    [InlineData(StatusCode.Unknown, "start commit in transaction: cannot start a commit on an output branch: default/s@master", PachydermErrorKind.NotTheSidecar)]
    [InlineData(StatusCode.Unknown, "get file: the commit is forgotten", PachydermErrorKind.Forgotten)]
    [InlineData(StatusCode.Unknown, "base commit default/s@1 for commit default/s@2 unfinished", PachydermErrorKind.NotFinished)]
    [InlineData(StatusCode.Unavailable, "commit default/s@1 not finished", PachydermErrorKind.NotFinished)]
    [InlineData(StatusCode.Unknown, "no role binding exists for REPO default/s", PachydermErrorKind.NotFound)]
    [InlineData(StatusCode.NotFound, "pick commit tx: commit default/s@ not found\nrepo default/s not found", PachydermErrorKind.NotFound)]
    [InlineData(StatusCode.Internal, "token expiration is in the past", PachydermErrorKind.Unauthenticated)]
    [InlineData(StatusCode.Unauthenticated, "provided auth token is corrupted or has expired (try logging in again)", PachydermErrorKind.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied, "robot:x is not authorized to perform this operation", PachydermErrorKind.PermissionDenied)]
    [InlineData(StatusCode.Unavailable, "Error starting gRPC call. HttpRequestException: Connection refused", PachydermErrorKind.Unreachable)]
    [InlineData(StatusCode.Internal, "Error starting gRPC call.", PachydermErrorKind.Unreachable)]
    [InlineData(StatusCode.DeadlineExceeded, "", PachydermErrorKind.Unreachable)]
    [InlineData(StatusCode.Unknown, "commit unexpectedly resulted in rollback", PachydermErrorKind.Unexpected)]
    [InlineData(StatusCode.Unknown, "current transaction is aborted, commands ignored until end of transaction block (SQLSTATE 25P02)", PachydermErrorKind.Unexpected)]
    public void An_error_is_told_by_its_code_or_else_by_its_text(StatusCode code, string text, PachydermErrorKind kind) =>
        Assert.Equal(kind, PachydermErrors.Classify(code, text));
}
