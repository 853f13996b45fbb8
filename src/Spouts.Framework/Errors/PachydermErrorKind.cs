namespace Spouts;

/// <summary>What a caller can do about an error of Pachyderm's. The server tells most of them apart by their text only.</summary>
public enum PachydermErrorKind
{
    /// <summary>The server could not be reached or broke off. The outcome of a call that changes something is unknown.</summary>
    Unreachable,

    /// <summary>A repo, branch, commit or file is not there.</summary>
    NotFound,

    /// <summary>The commit takes no more data: somebody has finished it. A fence, if it was not ourselves.</summary>
    AlreadyFinished,

    /// <summary>The branch's head, or the parent that was named, is still open.</summary>
    HeadOpen,

    /// <summary>The file set has expired or never was.</summary>
    FileSetGone,

    /// <summary>The call needs a commit that is not finished yet.</summary>
    NotFinished,

    /// <summary>The token is missing, unknown or revoked; an update of the pipeline revokes the token of the old worker.</summary>
    Unauthenticated,

    /// <summary>The token does not allow the call.</summary>
    PermissionDenied,

    /// <summary>Only a worker's sidecar may open commits on an output branch, and this is not one.</summary>
    NotTheSidecar,

    /// <summary>A commit's data is gone and with it the repo's way forward; only an administrator can drop it.</summary>
    Forgotten,

    /// <summary>Anything else; the outcome of a call that changes something is unknown.</summary>
    Unexpected,
}
