using Grpc.Core;

namespace Spouts.Pachyderm;

/// <summary>
/// Tells Pachyderm's errors apart. Most of them come with the code Unknown, so their texts decide; the texts are those of the
/// 2.12 line and have been stable since 2.0.
/// </summary>
internal static class PachydermErrors
{
    private static readonly (string Text, PachydermErrorKind Kind)[] Texts =
    [
        ("has already finished", PachydermErrorKind.AlreadyFinished),
        ("cannot clear finished commit", PachydermErrorKind.AlreadyFinished),
        ("has not been finished", PachydermErrorKind.HeadOpen),
        ("path does not exist", PachydermErrorKind.FileSetGone),
        ("would create a dangling reference", PachydermErrorKind.FileSetGone),
        ("cannot start a commit on an output branch", PachydermErrorKind.NotTheSidecar),
        ("the commit is forgotten", PachydermErrorKind.Forgotten),
        ("a forgotten commit", PachydermErrorKind.Forgotten),
        ("unfinished", PachydermErrorKind.NotFinished),
        ("not finished", PachydermErrorKind.NotFinished),
        ("no role binding exists for", PachydermErrorKind.NotFound),
        ("was deleted", PachydermErrorKind.NotFound),
        ("token expiration is in the past", PachydermErrorKind.Unauthenticated),
        ("watcher cancelled: context deadline exceeded", PachydermErrorKind.Unreachable),
    ];

    /// <summary>Translates a failed call.</summary>
    /// <param name="error">What gRPC threw.</param>
    /// <param name="what">What was tried, on what: "open a commit on default/clicks@master".</param>
    public static PachydermException From(RpcException error, string what)
    {
        PachydermErrorKind kind = Classify(error.StatusCode, error.Status.Detail);
        string why = ConnectionFailure.Of(error)?.Text ?? error.Status.Detail;
        return new(kind, $"Pachyderm did not {what}: {why} ({error.StatusCode}).", error);
    }

    public static PachydermErrorKind Classify(StatusCode code, string text) => code switch
    {
        StatusCode.Unauthenticated => PachydermErrorKind.Unauthenticated,
        StatusCode.PermissionDenied => PachydermErrorKind.PermissionDenied,
        StatusCode.NotFound => PachydermErrorKind.NotFound,
        StatusCode.DeadlineExceeded => PachydermErrorKind.Unreachable,
        _ => ByText(text) ?? (code is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled
            ? PachydermErrorKind.Unreachable
            : PachydermErrorKind.Unexpected),
    };

    private static PachydermErrorKind? ByText(string text)
    {
        foreach ((string part, PachydermErrorKind kind) in Texts)
        {
            if (text.Contains(part, StringComparison.Ordinal))
                return kind;
        }

        return null;
    }
}
