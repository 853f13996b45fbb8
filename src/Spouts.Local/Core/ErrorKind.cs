namespace Spouts.Local.Core;

/// <summary>
/// What kind of refusal an error is. Pachyderm gives most of them no kind at all; clients tell those apart by their text,
/// which is why every text here is the server's, word for word.
/// </summary>
internal enum ErrorKind
{
    Unknown,
    NotFound,
    AlreadyExists,
    InvalidArgument,
    FailedPrecondition,
    Unavailable,
    Internal,
    Unimplemented,
    Unauthenticated,
    PermissionDenied,
    ResourceExhausted,
}
