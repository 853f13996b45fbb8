namespace Spouts.Files;

/// <summary>What a file of a batch does to its path.</summary>
internal enum FileChange
{
    /// <summary>The path has exactly this content afterwards; written twice, it still has.</summary>
    Replace,

    /// <summary>The content is added behind what is there.</summary>
    Append,

    /// <summary>The path is gone afterwards.</summary>
    Delete,
}
