using System.Text.RegularExpressions;
using Grpc.Core;

namespace Spouts.Publishing;

/// <summary>Counts refusals that are equal but for ids, so that a spout does not try for ever what Pachyderm will never do.</summary>
internal sealed partial class Refusals
{
    private const int MaxEqual = 5;

    private string? _last;
    private int _equal;

    /// <summary>Notes what went wrong.</summary>
    /// <param name="doubt">What was thrown. Only an answer that Pachyderm gave, and whose kind says nothing else, is a refusal.</param>
    /// <param name="branch">Where.</param>
    /// <param name="commit">The commit that was open; null where none was.</param>
    /// <exception cref="RefusedException">It is the fifth equal refusal in a row.</exception>
    public void Count(Exception doubt, string branch, string? commit)
    {
        if (doubt is not PachydermException { Kind: PachydermErrorKind.Unexpected or PachydermErrorKind.NotFound, InnerException: RpcException refusal } refused)
        {
            Forget();
            return;
        }

        string text = Id().Replace(refusal.Status.Detail, "");
        _equal = text == _last ? _equal + 1 : 1;
        _last = text;
        if (_equal < MaxEqual)
            return;
        throw new RefusedException(
            $"Pachyderm refused the same thing {_equal} times in a row on {branch}{(commit is null ? "" : $" (commit {commit})")}: {refused.Message} "
            + "Nothing of the batch is acknowledged. Take away what the server's text names, and start the spout again."
            + (refused.Kind is PachydermErrorKind.NotFound
                ? " A pipeline that is not found was deleted, or has an open commit on its spec repo, which ends with the next update of the pipeline."
                : ""),
            refused);
    }

    /// <summary>Begins to count anew.</summary>
    public void Forget() => (_last, _equal) = (null, 0);

    [GeneratedRegex("[0-9a-f]{12,}")]
    private static partial Regex Id();
}
