using Spouts.Files;

namespace Spouts.Batching;

/// <summary>What a batch does to a path, all its pieces taken together.</summary>
/// <param name="Change">What happens.</param>
/// <param name="Bytes">How many bytes the batch puts there.</param>
internal readonly record struct PathChange(FileChange Change, long Bytes);
